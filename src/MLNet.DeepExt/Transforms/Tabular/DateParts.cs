using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Transforms.Tabular;

/// <summary>A moment as numbers: how far it is from the year 2000, and where it stands in the year, the week and the day.</summary>
internal static class DateParts
{
    private const double DaysOfYear = 365.2425; // on average
    private const int DaysOfWeek = 7;

    // Of the calendar, whose first day, 0001-01-01, is a Monday.
    private const long DaysOfPlainYear = 365, DaysOf4Years = 4 * DaysOfPlainYear + 1, DaysOf100Years = 25 * DaysOf4Years - 1;
    private const long DaysOf400Years = 4 * DaysOf100Years + 1;

    /// <summary>What the numbers of a moment are called.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["days", "year.sin", "year.cos", "week.sin", "week.cos", "day.sin", "day.cos"];

    private static DateTime Origin { get; } = new(2000, 1, 1);

    /// <summary>Writes the numbers of a moment.</summary>
    /// <param name="clock">What clock and calendar showed.</param>
    /// <param name="universal">The same moment in universal time.</param>
    /// <param name="numbers">(names).</param>
    public static void Write(DateTime clock, DateTime universal, Span<float> numbers)
    {
        numbers[0] = (float)(universal - Origin).TotalDays;
        double ofDay = clock.TimeOfDay.TotalDays;
        WriteCycle((clock.DayOfYear - 1 + ofDay) / DaysOfYear, numbers[1..]);
        WriteCycle(((int)clock.DayOfWeek + ofDay) / DaysOfWeek, numbers[3..]);
        WriteCycle(ofDay, numbers[5..]);
    }

    /// <summary>Takes the same down as operators, and of spans of time their length in days.</summary>
    /// <param name="graph">Where to.</param>
    /// <param name="clock">Ticks of what clock and calendar show: (rows, 1).</param>
    /// <param name="universal">Ticks of the same moments in universal time: (rows, 1).</param>
    /// <returns>(rows, names).</returns>
    public static string Emit(IOperatorGraph graph, string clock, string universal)
    {
        string perDay = graph.Constant("ticksOfDay", TimeSpan.TicksPerDay);
        string day = graph.Operator("Div", [clock, perDay]);
        string ofDay = EmitDays(graph, graph.Operator("Mod", [clock, perDay]));
        string weekday = graph.Operator(
            "Mod", [graph.Operator("Add", [day, graph.Constant("one", 1)]), graph.Constant("daysOfWeek", DaysOfWeek)]);
        string sinceOrigin = graph.Operator("Sub", [universal, graph.Constant("origin", Origin.Ticks)]);
        return graph.Operator(
            "Concat",
            [
                ToSingle(graph, EmitDays(graph, sinceOrigin)),
                .. EmitCycle(graph, Turns(EmitDayOfYear(graph, day), DaysOfYear)),
                .. EmitCycle(graph, Turns(weekday, DaysOfWeek)),
                .. EmitCycle(graph, ofDay),
            ],
            [new OperatorAttribute("axis", 1L)]);

        string Turns(string days, double length) => graph.Operator(
            "Div", [graph.Operator("Add", [ToDouble(graph, days), ofDay]), graph.Constant("days", [length], 1)]);
    }

    /// <summary>Ticks as days, in double precision.</summary>
    public static string EmitDays(IOperatorGraph graph, string ticks) =>
        graph.Operator("Div", [ToDouble(graph, ticks), graph.Constant("ticksOfDay", [(double)TimeSpan.TicksPerDay], 1)]);

    public static string ToSingle(IOperatorGraph graph, string value) =>
        graph.Operator("Cast", [value], [new OperatorAttribute("to", typeof(float))]);

    private static string ToDouble(IOperatorGraph graph, string value) =>
        graph.Operator("Cast", [value], [new OperatorAttribute("to", typeof(double))]);

    // Days since 0001-01-01 as days since the first of the year. The last day of 400 years, and of 4, is one more than four equal parts have.
    private static string EmitDayOfYear(IOperatorGraph graph, string day)
    {
        string rest = Rest(day, DaysOf400Years);
        rest = RestOfQuarter(rest, DaysOf100Years);
        rest = Rest(rest, DaysOf4Years);
        return RestOfQuarter(rest, DaysOfPlainYear);

        string Rest(string days, long length) => graph.Operator("Mod", [days, graph.Constant("length", length)]);

        string RestOfQuarter(string days, long length)
        {
            string divisor = graph.Constant("length", length);
            string quarter = graph.Operator("Min", [graph.Operator("Div", [days, divisor]), graph.Constant("lastQuarter", 3)]);
            return graph.Operator("Sub", [days, graph.Operator("Mul", [quarter, divisor])]);
        }
    }

    // As WriteCycle. ONNX Runtime has no cosine of doubles everywhere: it is the sine a quarter of a turn later.
    private static string[] EmitCycle(IOperatorGraph graph, string turns)
    {
        string angle = graph.Operator("Mul", [turns, graph.Constant("turn", [2 * Math.PI], 1)]);
        string later = graph.Operator("Add", [angle, graph.Constant("quarter", [Math.PI / 2], 1)]);
        return [ToSingle(graph, graph.Operator("Sin", [angle])), ToSingle(graph, graph.Operator("Sin", [later]))];
    }

    // The end of a cycle lies beside its beginning, which one number could not say.
    private static void WriteCycle(double turns, Span<float> numbers)
    {
        numbers[0] = (float)Math.Sin(2 * Math.PI * turns);
        numbers[1] = (float)Math.Cos(2 * Math.PI * turns);
    }
}
