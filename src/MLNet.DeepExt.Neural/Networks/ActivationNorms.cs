using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>
/// How large the outputs of every layer were in a pass, measured while they are there: element-wise layers put theirs in the place of
/// others. Squares are kept row by row and added in the order of the rows, so that the norms do not depend on the number of workers.
/// </summary>
/// <param name="layers">Layers of the network.</param>
/// <param name="capacity">The most rows of a pass.</param>
internal sealed class ActivationNorms<T>(int layers, int capacity)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double[][] _squares = [.. Enumerable.Range(0, layers).Select(_ => new double[capacity])]; // [layer]: (rows)

    /// <summary>Measures rows [from, to) of the outputs of a layer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Record(int layer, DenseBlock<T> outputs, int from, int to)
    {
        for (int row = from; row < to; row++)
            _squares[layer][row] = Norms.Squared<T>(outputs.Row(row));
    }

    /// <summary>The root mean square of the outputs of a layer, over so many rows.</summary>
    public double RootMeanSquare(int layer, int rows, int outputs)
    {
        double sum = 0;
        foreach (double square in _squares[layer].AsSpan(0, rows))
            sum += square;
        return Math.Sqrt(sum / ((double)rows * outputs));
    }
}
