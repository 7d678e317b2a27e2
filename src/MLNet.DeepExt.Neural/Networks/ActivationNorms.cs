using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>
/// Measures, in one pass, the size of the outputs of every layer and how many of them are flat. It measures during the pass, because element-wise
/// layers overwrite the outputs of other layers. Values are kept per line and added in line order, so they do not depend on the
/// number of workers.
/// </summary>
internal sealed class ActivationNorms<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // With fewer rows, the output of a unit that works may be 0 in all of them.
    private const int FewestRowsForDeadUnits = 32;

    private readonly int _rows;
    private readonly OfLayer[] _layers;

    /// <param name="program">The network.</param>
    /// <param name="rows">The number of rows of the pass.</param>
    public ActivationNorms(Program<T> program, int rows)
    {
        _rows = rows;
        _layers = [.. program.Operations.Select(operation => LayerOf(operation, rows))];
    }

    /// <summary>Measures lines [from, to) of the outputs of an operation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Record(int layer, DenseBlock<T> outputs, int from, int to)
    {
        OfLayer figures = _layers[layer];
        for (int row = from; row < to; row++)
        {
            figures.Squares[row] = Norms.Squared<T>(outputs.Row(row));
            if (!figures.Flat.IsEmpty)
                figures.FlatCounts[row] = CountFlat(figures, outputs.Row(row));
        }
    }

    /// <summary>The root mean square of the outputs of a layer.</summary>
    public double RootMeanSquare(int layer)
    {
        double sum = 0;
        foreach (double square in _layers[layer].Squares)
            sum += square;
        return Math.Sqrt(sum / ((double)_layers[layer].Squares.Length * _layers[layer].Width));
    }

    /// <summary>The share of outputs at which a saturating activation is flat; null for other layers.</summary>
    public double? SaturatedShare(int layer)
    {
        OfLayer figures = _layers[layer];
        return figures.Flat.IsEmpty || figures.Flat.AreDead
            ? null
            : figures.FlatCounts.Sum(count => (long)count) / ((double)figures.Squares.Length * figures.Width);
    }

    /// <summary>
    /// The share of units whose slope was 0 in every row; null for a layer whose units cannot die, and if there were too few rows.
    /// </summary>
    public double? DeadShare(int layer)
    {
        OfLayer figures = _layers[layer];
        return figures.Flat.AreDead && _rows >= FewestRowsForDeadUnits
            ? (double)figures.HasSlope.Count(hasSlope => !hasSlope) / figures.Width
            : null;
    }

    private static OfLayer LayerOf(Operation<T> operation, int rows)
    {
        FlatOutputs flat = (operation.Spec as Activation)?.FlatOutputs ?? FlatOutputs.None;
        (int lines, int width) = (rows * operation.OutputShape.Lines, operation.OutputShape.Width);
        return new OfLayer(flat, width, new double[lines], new int[flat.IsEmpty ? 0 : lines], new bool[flat.AreDead ? width : 0]);
    }

    // Several workers may write the same unit, but all of them write true.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int CountFlat(in OfLayer figures, ReadOnlySpan<T> outputs)
    {
        int count = 0;
        for (int j = 0; j < outputs.Length; j++)
        {
            if (figures.Flat.Contains(double.CreateTruncating(outputs[j])))
                count++;
            else if (figures.Flat.AreDead && !figures.HasSlope[j])
                figures.HasSlope[j] = true;
        }

        return count;
    }

    // Squares: (lines); FlatCounts: (lines), empty if no outputs are flat; HasSlope, in some row: (units), empty if units cannot die.
    private readonly record struct OfLayer(FlatOutputs Flat, int Width, double[] Squares, int[] FlatCounts, bool[] HasSlope);
}
