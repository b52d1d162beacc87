import Foundation
import SystemPackage

extension HAProxyBalancer {
  /// Writes the certificates that a new process is to start with, each with its chain and its key.
  ///
  /// Where the files have changed and cannot be used, what was in use before is.
  ///
  /// - Returns: how each listener that speaks TLS does, by its id.
  /// - Throws: `BalancerError` with code `certificate-unreadable` or `engine-failed`.
  func writeCertificates(of layout: HAProxyLayout, _ record: HAProxyRecord) throws(BalancerError) -> [String: TLSStatus]
  {
    var statuses: [String: TLSStatus] = [:]
    for front in layout.fronts {
      guard let file = front.certificate, let files = front.listener.certificate else { continue }
      do throws(CertificateFault) {
        _ = try look(at: files, isPatient: false)
      } catch {
        guard let known = Self.known(front, record, error) else { throw error.error }
        statuses[front.listener.id] = known
        continue
      }
      guard let track = certificates[files] else { continue }
      try PrivateFile.write(track.current.pem, to: privateFolder.appending(file))
      statuses[front.listener.id] = TLSStatus(track.current, refusal: track.refusal, failedHandshakes: 0)
    }
    return statuses
  }

  /// Hands the running HAProxy the certificates whose files have changed; what cannot be used is written down, and what
  /// was in use is used on.
  ///
  /// - Parameter isPatient: whether files that cannot be used are looked at a second time before that is said.
  /// - Throws: `BalancerError` with code `certificate-unreadable` where there is nothing to use on; `unreachable` or
  ///   `engine-failed`.
  func refreshCertificates(_ layout: HAProxyLayout, _ record: inout HAProxyRecord, isPatient: Bool) async throws {
    lastCertificateLook = .now
    // Listeners share files, and each pair is looked at once.
    var looks: [Listener.Certificate: Result<Bool, CertificateFault>] = [:]
    for files in Set(layout.fronts.compactMap(\.listener.certificate)) {
      looks[files] = Result { () throws(CertificateFault) in try look(at: files, isPatient: isPatient) }
    }
    let before = Dictionary(uniqueKeysWithValues: (record.table?.listeners ?? []).map { ($0.id, $0.certificate) })
    for front in layout.fronts {
      if case .failure(let fault)? = front.listener.certificate.flatMap({ looks[$0] }) {
        guard let known = Self.known(front, record, fault) else { throw fault.error }
        record.certificates?[front.listener.id] = known
      }
    }
    for front in layout.fronts {
      guard let file = front.certificate, let files = front.listener.certificate else { continue }
      let id = front.listener.id
      guard case .success(let hasChanged)? = looks[files],
        hasChanged || before[id] != files || record.certificates?[id] == nil
      else { continue }
      guard let track = certificates[files] else { continue }
      var status = TLSStatus(track.current, refusal: track.refusal, failedHandshakes: 0)
      let path = privateFolder.appending(file), pem = track.current.pem
      if FileManager.default.contents(atPath: path.string) != pem {
        if let complaint = try await install(pem, as: file) {
          status = record.certificates?[id] ?? status
          status.refusal = "\(files.chain): HAProxy refuses it: \(complaint)"
        } else {
          try PrivateFile.write(pem, to: path)
        }
      }
      record.certificates = (record.certificates ?? [:]).merging([id: status]) { $1 }
    }
  }

  /// Does that, if it is time to look at the files again.
  func refreshCertificatesWhenDue(_ record: inout HAProxyRecord) async throws {
    guard let table = record.table, table.listeners.contains(where: { $0.certificate != nil }),
      lastCertificateLook.map({ ContinuousClock.now - $0 >= CertificateTrack.interval }) ?? true
    else { return }
    try await refreshCertificates(HAProxyLayout(table, ports: record.ports), &record, isPatient: true)
  }

  /// Looks at a certificate's files.
  ///
  /// - Returns: whether they have changed since the last look, or this is the first.
  private func look(at files: Listener.Certificate, isPatient: Bool) throws(CertificateFault) -> Bool {
    guard var track = certificates[files] else {
      certificates[files] = try CertificateTrack(files)
      return true
    }
    let change = track.refresh(isPatient: isPatient)
    certificates[files] = track
    return change != nil
  }

  /// What a listener has used until now, with why it goes on to.
  private static func known(
    _ front: HAProxyLayout.Front, _ record: HAProxyRecord, _ fault: CertificateFault
  ) -> TLSStatus? {
    let before = record.table?.listeners.first { $0.id == front.listener.id }
    guard before?.certificate == front.listener.certificate, var known = record.certificates?[front.listener.id] else {
      return nil
    }
    known.refusal = fault.description
    return known
  }

  /// Has new connections get a certificate.
  ///
  /// - Returns: HAProxy's words when it refuses to; nil when it is in use.
  private func install(_ pem: Data, as file: String) async throws -> String? {
    let answers = [
      ("set ssl cert \(file) <<\n\(String(decoding: pem, as: UTF8.self))", "Transaction"),
      ("commit ssl cert \(file)", "Success"),
    ]
    for (command, agreement) in answers {
      let answer = try await socket.ask(command)
      guard answer.contains(agreement) else {
        _ = try? await socket.ask("abort ssl cert \(file)")
        return answer.split(separator: "\n").first.map(String.init) ?? "it does not say why"
      }
    }
    return nil
  }
}
