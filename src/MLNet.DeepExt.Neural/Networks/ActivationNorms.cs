using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>
/// How large the outputs of every layer were in one pass, and how many of them were flat, measured while they are there: element-wise layers
/// put theirs in the place of others. Figures are kept row by row and added in the order of the rows, so that they do not depend on the
/// number of workers.
/// </summary>
internal sealed class ActivationNorms<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Of fewer rows, a unit that works may well be 0 in all.
    private const int FewestRowsForDeadUnits = 32;

    private readonly int _rows;
    private readonly OfLayer[] _layers;

    /// <param name="spec">The network.</param>
    /// <param name="rows">Rows of the pass.</param>
    public ActivationNorms(NetworkSpec spec, int rows)
    {
        _rows = rows;
        _layers = new OfLayer[spec.Layers.Count];
        int width = spec.Inputs;
        for (int i = 0; i < _layers.Length; i++)
        {
            width = spec.Layers[i].OutputWidth(width);
            FlatOutputs flat = (spec.Layers[i] as Activation)?.FlatOutputs ?? FlatOutputs.None;
            _layers[i] = new OfLayer(flat, width, new double[rows], new int[flat.IsEmpty ? 0 : rows], new bool[flat.AreDead ? width : 0]);
        }
    }

    /// <summary>Measures rows [from, to) of the outputs of a layer.</summary>
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
        return Math.Sqrt(sum / ((double)_rows * _layers[layer].Width));
    }

    /// <summary>The share of its outputs at which a saturating activation is flat; null for any other layer.</summary>
    public double? SaturatedShare(int layer)
    {
        OfLayer figures = _layers[layer];
        return figures.Flat.IsEmpty || figures.Flat.AreDead
            ? null
            : figures.FlatCounts.Sum(count => (long)count) / ((double)_rows * figures.Width);
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

    // Squares: (rows); FlatCounts: (rows), empty where no outputs are flat; HasSlope, in some row: (units), empty where units cannot die.
    private readonly record struct OfLayer(FlatOutputs Flat, int Width, double[] Squares, int[] FlatCounts, bool[] HasSlope);
}
