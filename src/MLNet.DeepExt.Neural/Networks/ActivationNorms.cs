using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>
/// How large the outputs of every layer were in one pass, and how many of them were flat, measured while they are there: element-wise layers
/// put theirs in the place of others. Figures are kept line by line and added in the order of the lines, so that they do not depend on the
/// number of workers.
/// </summary>
internal sealed class ActivationNorms<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Of fewer rows, a unit that works may well be 0 in all.
    private const int FewestRowsForDeadUnits = 32;

    private readonly int _rows;
    private readonly OfLayer[] _layers;

    /// <param name="program">The network.</param>
    /// <param name="rows">Rows of the pass.</param>
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

    /// <summary>The share of its outputs at which a saturating activation is flat; null for any other layer.</summary>
    public double? SaturatedShare(int layer)
    {
        OfLayer figures = _layers[layer];
        return figures.Flat.IsEmpty || figures.Flat.AreDead
            ? null
            : figures.FlatCounts.Sum(count => (long)count) / ((double)figures.Squares.Length * figures.Width);
    }

    /// <summary>
    /// The share of units whose slope was 0 in every row; null for a layer whose units cannot die, and where there were too few rows to tell.
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

    // Several workers may come to the same unit, but none of them writes anything but true.
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

    // Squares: (lines); FlatCounts: (lines), empty where no outputs are flat; HasSlope, in some row: (units), empty where units cannot die.
    private readonly record struct OfLayer(FlatOutputs Flat, int Width, double[] Squares, int[] FlatCounts, bool[] HasSlope);
}
