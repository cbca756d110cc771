/// How long a process may be silent. All of it is measured by one process's own monotonic clock: no two machines' clocks
/// are ever compared.
package struct LeaseTerms: Sendable, Equatable {
    /// Between two beats.
    package var beat: Duration
    /// Since the beginning of its last successful beat, a process counts itself among the living for so long. Shorter than
    /// ``silence``: it must stop acting before others act in its place.
    package var validity: Duration
    /// Others declare a process dead after watching its beat stand still for so long.
    package var silence: Duration

    package init(beat: Duration, validity: Duration, silence: Duration) {
        self.beat = beat
        self.validity = validity
        self.silence = silence
    }

    /// A dead process's jobs are taken over within 13 s of its last beat: that is seen up to one beat late, then comes the
    /// silence, then the next look.
    package static let standard = LeaseTerms(beat: .seconds(2), validity: .seconds(7), silence: .seconds(9))
}
