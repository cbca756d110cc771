/// A day of the Gregorian calendar, also for years before it was introduced, as RFC 3339 counts.
///
/// `Date` and its formats are no help here: they read the 30th of February as a day in March, and change to the Julian
/// calendar in 1582.
struct CivilDate: Equatable {
    let year: Int64
    /// 1…12
    let month: Int64
    /// 1…31
    let day: Int64

    /// Nil for days that do not exist.
    init?(year: Int64, month: Int64, day: Int64) {
        self.init(unchecked: year, month, day)
        guard CivilDate(daysSince1970: daysSince1970) == self else { return nil }
    }

    // Years begin in March here, so that the leap day is the last of its year, and repeat after 400 years or 146,097 days
    // (Howard Hinnant, "chrono-compatible low-level date algorithms").
    init(daysSince1970 days: Int64) {
        let sinceMarch0000 = days + 719_468
        let era = (sinceMarch0000 >= 0 ? sinceMarch0000 : sinceMarch0000 - 146_096) / 146_097
        let dayOfEra = sinceMarch0000 - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        self.init(
            unchecked: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
            dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    var daysSince1970: Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let monthFromMarch = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private init(unchecked year: Int64, _ month: Int64, _ day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }
}
