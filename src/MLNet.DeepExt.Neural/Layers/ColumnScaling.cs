namespace MLNet.DeepExt.Neural.Layers;

/// <summary>y = x·scale + shift for each column, which a layer beside it, such as a <see cref="Dense"/>, can absorb.</summary>
/// <param name="Scale">(columns).</param>
/// <param name="Shift">(columns).</param>
public sealed record ColumnScaling(double[] Scale, double[] Shift)
{
    /// <summary>This one and then another one, as one.</summary>
    /// <param name="next">Of as many columns.</param>
    internal ColumnScaling Then(ColumnScaling next) => new(
        [.. Scale.Zip(next.Scale, (scale, second) => scale * second)],
        [.. Shift.Select((shift, column) => shift * next.Scale[column] + next.Shift[column])]);
}
