import ChatTemplates
import Testing

@Suite struct CalendarDateTests {
    @Test(arguments: [("2026-11-24", "24 Nov 2026"), ("0001-01-01", "01 Jan 1"), ("2024-02-29", "29 Feb 2024")])
    func aDayIsWrittenInTwoWays(iso: String, text: String) throws {
        let day = try #require(CalendarDate(iso: iso))
        #expect(day.text == text)
        #expect(day.iso == iso)
        #expect(CalendarDate(text: text) == day)
    }

    @Test(arguments: [
        "", "2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-4-01", "26-04-01",
        "2026-04-01T", "+026-04-01", "2026-04-0١",
    ])
    func whatIsNoDayIsNone(text: String) { #expect(CalendarDate(iso: text) == nil) }

    @Test func todayIsADay() { #expect(CalendarDate(iso: CalendarDate.today.iso) == .today) }

    /// Weekdays as a template asks for them.
    @Test(arguments: [
        ("2026-11-25", "Wednesday"), ("2000-02-29", "Tuesday"), ("1999-12-31", "Friday"), ("2023-01-01", "Sunday"),
        ("2024-03-02", "Saturday"),
    ])
    func theWeekdayIsTheCalendars(iso: String, name: String) throws {
        let source = "{{ strftime_now('%A') }} {% for m in messages %}{{ m.content }}{% endfor %}"
        var template = try JinjaChatTemplate(try ModelChatTemplate(source, name: "t"))
        template.date = CalendarDate(iso: iso)
        let pieces = try template.renderPrompt([.init(role: .user, content: "q")])
        #expect(pieces == [.text("\(name) q")])
    }
}
