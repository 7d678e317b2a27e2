namespace MLNet.DeepExt.Neural.Layers;

/// <summary>A layer that at prediction is x·scale + shift for each column, so that a <see cref="Dense"/> before it can absorb it.</summary>
internal interface IColumnScaling<T>
{
    /// <summary>Computes scale and shift: (width) each.</summary>
    void ScalingAtPrediction(ReadOnlySpan<T> parameters, ReadOnlySpan<T> buffers, Span<double> scale, Span<double> shift);
}
