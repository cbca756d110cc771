/// What a type of the server's is to `SQLValue`.
enum ValueType: Equatable {
    case integer(bytes: Int)
    case boolean
    case text
    case blob
    /// Numbers with a fraction, or without a bound.
    case fraction
    /// - number: the type's, in the server's catalogue.
    case foreign(number: UInt32)

    /// - number: the type's, in the server's catalogue; these never change.
    init(_ number: UInt32) {
        switch number {
        case 20: self = .integer(bytes: 8)
        case 23: self = .integer(bytes: 4)
        case 21: self = .integer(bytes: 2)
        case 16: self = .boolean
        // text, varchar, name, and a literal nobody gave a type
        case 25, 1043, 19, 705: self = .text
        case 17: self = .blob
        // float4, float8, numeric
        case 700, 701, 1700: self = .fraction
        default: self = .foreign(number: number)
        }
    }
}
