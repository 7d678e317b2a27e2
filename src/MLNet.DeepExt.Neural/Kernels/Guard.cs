using System.Runtime.CompilerServices;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>
/// What spans must be before a kernel goes through them without looking. Messages name the span, what it has and what it needs.
/// </summary>
internal static class Guard
{
    /// <summary>Throws if a span is shorter than its shape and stride need.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RequireLength(int length, long needed, string span)
    {
        if (length < needed)
            throw TooShort(length, needed, span);
    }

    /// <summary>Throws if rows of a width overlap, being a stride apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RequireStride(int stride, int width, string name)
    {
        if (stride < width)
            throw Overlapping(stride, width, name);
    }

    /// <summary>Throws if a width is not a whole number of strips.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RequireStrips(int width, string name)
    {
        if (width % Lanes.Strip != 0)
            throw Ragged(width, name);
    }

    // Apart, so that the checks are small where they are inlined.
    private static ArgumentException TooShort(int length, long needed, string span) =>
        new($"The span {span} has {length} elements but its shape and stride need {needed}; give it a longer one.", span);

    private static ArgumentException Overlapping(int stride, int width, string name) =>
        new($"Rows that are {width} wide lie {stride} apart by {name}; it must be at least the width.", name);

    private static ArgumentException Ragged(int width, string name) =>
        new($"The width of {name} is {width}; it must be whole strips of {Lanes.Strip} columns, such as {Lanes.Pad(width)}.", name);
}
