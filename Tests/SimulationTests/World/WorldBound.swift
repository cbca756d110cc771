/// A part of one world. It is made, used and let go on that world's thread only, which is the proof for every
/// `@unchecked Sendable` beside it: tasks of a world run on its thread alone (``Scheduler``), and threads share no world.
protocol WorldBound: AnyObject, Sendable {}
