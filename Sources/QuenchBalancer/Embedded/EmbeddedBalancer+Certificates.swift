import NIOConcurrencyHelpers
import NIOPosix

extension EmbeddedBalancer {
  /// The certificates of a table's listeners, as their files are now.
  ///
  /// Files that have changed and cannot be used leave the certificate before them in use; only one that was never there
  /// is an error.
  ///
  /// - Throws: `BalancerError` with code `certificate-unreadable`.
  func loadCertificates(of table: RoutingTable) async throws -> [Listener.Certificate: CertificateTrack] {
    let files = Set(table.listeners.compactMap(\.certificate))
    guard !files.isEmpty else { return [:] }
    let known = certificates
    return try await NIOThreadPool.singleton.runIfActive {
      var tracks: [Listener.Certificate: CertificateTrack] = [:]
      for files in files {
        if var track = known[files] {
          _ = track.refresh(isPatient: false)
          tracks[files] = track
        } else {
          do throws(CertificateFault) { tracks[files] = try CertificateTrack(files) } catch { throw error.error }
        }
      }
      return tracks
    }
  }

  /// What a listener's new connections are treated by.
  ///
  /// - Throws: `BalancerError` with code `certificate-unreadable`.
  func terms(
    of listener: Listener, _ certificates: [Listener.Certificate: CertificateTrack]
  ) throws(BalancerError) -> BoundListener.Terms {
    guard let track = listener.certificate.flatMap({ certificates[$0] }) else {
      return BoundListener.Terms(listener: listener, security: nil)
    }
    do throws(CertificateFault) {
      return BoundListener.Terms(listener: listener, security: try track.current.context(for: listener.transport))
    } catch {
      throw error.error
    }
  }

  /// Looks at the certificates' files again and again, as long as there are any.
  func watchCertificates() {
    guard !certificates.isEmpty else {
      watching?.cancel()
      watching = nil
      return
    }
    watching =
      watching
      ?? Task { [weak self] in
        while (try? await Task.sleep(for: CertificateTrack.interval)) != nil { await self?.refreshCertificates() }
      }
  }

  /// Has new connections get what was renewed since the last look; those that are open go on.
  private func refreshCertificates() async {
    for (files, known) in certificates {
      let refreshed = try? await NIOThreadPool.singleton.runIfActive {
        var track = known
        let change = track.refresh(isPatient: true)
        return (track, change)
      }
      guard let (track, change) = refreshed, certificates[files] != nil else { continue }
      certificates[files] = track
      guard let change else { continue }
      if change == .loaded { secureAnew(files) }
      changed()
    }
  }

  private func secureAnew(_ files: Listener.Certificate) {
    for bound in listeners {
      let listener = bound.terms.withLockedValue { $0.listener }
      guard listener.certificate == files, let terms = try? terms(of: listener, certificates) else { continue }
      bound.terms.withLockedValue { $0 = terms }
    }
  }
}
