namespace MLNet.DeepExt.Transforms.Tabular;

/// <summary>The moments, or the spans of time, of a column that are values and not placeholders of missing ones, in ticks.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Last">The last of them.</param>
internal readonly record struct TickRange(long First, long Last)
{
    /// <summary>Of dates: all but those of the year 1, which are defaults, and of the year 9999, which stands for "never".</summary>
    public static TickRange Dates { get; } = new(new DateTime(2, 1, 1).Ticks, new DateTime(9999, 1, 1).Ticks - 1);

    /// <summary>Of spans: all but the shortest and the longest that there are.</summary>
    public static TickRange Spans { get; } = new(long.MinValue + 1, long.MaxValue - 1);

    /// <summary>Of dates, in a model of version 1: all but the default.</summary>
    public static TickRange DatesOfVersion1 { get; } = new(1, long.MaxValue);

    /// <summary>Of spans, in a model of version 1: all.</summary>
    public static TickRange SpansOfVersion1 { get; } = new(long.MinValue, long.MaxValue);

    public bool Contains(long ticks) => ticks >= First && ticks <= Last;
}
