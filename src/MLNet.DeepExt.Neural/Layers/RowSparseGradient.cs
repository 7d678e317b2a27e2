using System.Numerics;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// The gradient of a parameter matrix in panels, (strips, lines, 16), of which a batch touches few lines; the gradient of all other lines is 0. A
/// line is a row of a table, or the weights of one input. An instance belongs to one updater and is used by one pass at a time.
/// </summary>
internal abstract class RowSparseGradient<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Finds the lines that a pass touches, and the rows that touch each of them. One worker calls it, after all workers have finished the forward
    /// pass.
    /// </summary>
    public abstract TouchedInputs<T> Touch(in Pass<T> pass);

    /// <summary>Writes the gradient of some touched lines, after all workers have finished the backward pass.</summary>
    /// <param name="pass">The pass of the last <see cref="Touch"/>.</param>
    /// <param name="touched">The result of the last <see cref="Touch"/>.</param>
    /// <param name="place">The index of the first line among the touched lines.</param>
    /// <param name="strip">The strip: which 16 columns of the lines.</param>
    /// <param name="gradient">Receives the gradient of n lines: (n, 16). Its padding is set to 0.</param>
    public abstract void Compute(in Pass<T> pass, TouchedInputs<T> touched, int place, int strip, Span<T> gradient);
}
