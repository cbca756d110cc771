/// What a write is for, which matters once the disk is full.
package enum WriteUrgency: Sendable {
    /// Begins something new (an order, a token). Refused at once while there is no room.
    case ordinary
    /// Records what has already happened at Vinci (accepted, captured, released). May use the room that the engine
    /// keeps back for this, so that a full disk does not leave a paid video unrecorded.
    case settlement
}
