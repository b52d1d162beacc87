/// What has to be done to a slot so that it holds a revision.
struct SlotPlan {
  /// Tracked files that the revision does not have.
  var removed: [PathBytes] = []
  /// Files to be written whatever stands there.
  var written: [TreeFile] = []
  /// Files that may be right already, whatever they were.
  var doubted: [TreeFile] = []
  /// Files that look as if somebody had changed them since they were written, or are too young to tell.
  var suspected: [TreeFile] = []
  /// Whether what is not in the revision has to go because nobody knows whether it was tracked.
  var sweeps = false
  /// Whether the slot was left by a run that was killed, or its records are damaged.
  var isRepair = false
  /// The record of the files as they are; nil when it is to be made anew from all of them.
  var index: SlotIndex?
}
