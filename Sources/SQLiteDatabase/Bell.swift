/// Whether a body wants others to wake once what it wrote is committed.
final class Bell {
    var isRung = false
}
