using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>
/// The rows of one training step: inputs, targets, weights and the id of each row. Its memory is reused in
/// every step.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Batch<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _weights;
    private readonly long[] _rowIds;

    /// <summary>Allocates a batch with row weights of 1.</summary>
    /// <param name="inputs">The inputs of the rows; their capacity is the capacity of the batch.</param>
    /// <param name="target">The targets, with the same capacity.</param>
    /// <exception cref="ArgumentException">The capacities differ.</exception>
    public Batch(InputBlock<T> inputs, Target<T> target)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(target);
        if (target.Capacity != inputs.Capacity)
        {
            throw new ArgumentException(
                $"The inputs have room for {inputs.Capacity} rows but the target for {target.Capacity}; give both the same.",
                nameof(target));
        }

        Inputs = inputs;
        Target = target;
        _weights = new T[inputs.Capacity];
        _weights.AsSpan().Fill(T.One);
        _rowIds = new long[inputs.Capacity];
    }

    /// <summary>The inputs: (rows, width).</summary>
    public InputBlock<T> Inputs { get; }

    /// <summary>The targets.</summary>
    public Target<T> Target { get; }

    /// <summary>The number of rows in use.</summary>
    public int Rows
    {
        get => Inputs.Rows;
        set
        {
            Inputs.Rows = value;
            Target.Rows = value;
        }
    }

    /// <summary>The weight of each row in the loss: (rows).</summary>
    public Span<T> Weights => _weights.AsSpan(0, Rows);

    /// <summary>The id of each row in the data: (rows). Random numbers of a row, such as those of augmentation, depend on it.</summary>
    public Span<long> RowIds => _rowIds.AsSpan(0, Rows);

    /// <summary>The sum of the weights, in row order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal double TotalWeight()
    {
        double total = 0;
        foreach (T weight in Weights)
            total += double.CreateTruncating(weight);
        return total;
    }

    /// <summary>Σ w·L, in row order.</summary>
    /// <param name="costs">(rows): L of each row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal double WeightedSum(ReadOnlySpan<double> costs)
    {
        double total = 0;
        for (int row = 0; row < Rows; row++)
            total += double.CreateTruncating(_weights[row]) * costs[row];
        return total;
    }
}
