/// Where the tasks of one request run: on the event loop of its connection, so that no step of it has to wait for another
/// thread. Nil elsewhere: on the shared threads.
///
/// Child tasks run where their parent does by themselves; a task of its own is told by
/// `Task(executorPreference: HomeExecutor.current)`.
package enum HomeExecutor {
    @TaskLocal package static var current: (any TaskExecutor)?
}
