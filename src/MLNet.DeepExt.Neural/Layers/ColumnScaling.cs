namespace MLNet.DeepExt.Neural.Layers;

/// <summary>y = x·scale + shift for each column. A layer before or after it, such as a <see cref="Dense"/>, can absorb it.</summary>
/// <param name="Scale">The factor of each column: (columns).</param>
/// <param name="Shift">The shift of each column: (columns).</param>
public sealed record ColumnScaling(double[] Scale, double[] Shift)
{
    /// <summary>Combines this scaling and a following one into one scaling.</summary>
    /// <param name="next">The following scaling, with the same number of columns.</param>
    internal ColumnScaling Then(ColumnScaling next) => new(
        [.. Scale.Zip(next.Scale, (scale, second) => scale * second)],
        [.. Shift.Select((shift, column) => shift * next.Scale[column] + next.Shift[column])]);
}
