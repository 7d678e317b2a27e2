using System.Numerics;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// The gradient of a matrix of parameters in panels, (strips, lines, 16), of which a batch touches few lines: that of all others is 0. A line is
/// a row of a table, or the weights of one input. It belongs to one updater, and serves one pass at a time.
/// </summary>
internal abstract class RowSparseGradient<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The lines that a pass touches, and the rows that touch each of them. One worker does it, after all have gone forward.
    /// </summary>
    public abstract TouchedInputs<T> Touch(in Pass<T> pass);

    /// <summary>Writes the gradient of some touched lines, after every worker has gone backward.</summary>
    /// <param name="pass">That of the last <see cref="Touch"/>.</param>
    /// <param name="touched">What it returned.</param>
    /// <param name="place">The first line, as a place among those touched.</param>
    /// <param name="strip">Which 16 columns of them.</param>
    /// <param name="gradient">(n, 16): of so many lines; its padding becomes 0.</param>
    public abstract void Compute(in Pass<T> pass, TouchedInputs<T> touched, int place, int strip, Span<T> gradient);
}
