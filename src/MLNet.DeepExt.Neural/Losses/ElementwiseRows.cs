using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>Some rows of a batch and the loop of every <see cref="ElementwiseLoss"/> over them.</summary>
internal readonly ref struct ElementwiseRows<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>(rows, outputs).</summary>
    public required DenseBlock<T> Logits { get; init; }

    /// <summary>(rows, targets): NaN where one is missing.</summary>
    public required DenseBlock<T> Targets { get; init; }

    /// <summary>Outputs that belong to a target, one after the other.</summary>
    public required int OutputsPerTarget { get; init; }

    /// <summary>In which units the errors are; null for those of the targets.</summary>
    public required TargetScaling? Scaling { get; init; }

    /// <summary>(rows): receives the mean cost over all outputs of each row.</summary>
    public required Span<double> Costs { get; init; }

    /// <summary>(rows, outputs): receives w / Σ w · ∂L/∂z, and zeros in its padding; null where only the costs are wanted.</summary>
    public DenseBlock<T>? Gradient { get; init; }

    /// <summary>(rows), where there is a gradient.</summary>
    public ReadOnlySpan<T> Weights { get; init; }

    /// <summary>Σ w over the batch.</summary>
    public double TotalWeight { get; init; }

    /// <summary>The first row.</summary>
    public required int From { get; init; }

    /// <summary>The row after the last.</summary>
    public required int To { get; init; }

    /// <summary>Computes costs, and gradients where they are wanted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TCost>(scoped TCost cost)
        where TCost : struct, IErrorCost<T>, allows ref struct
    {
        int outputs = Logits.Width;
        Span<T> targets = stackalloc T[Lanes.Strip];
        Span<T> unwanted = stackalloc T[Lanes.Strip];
        for (int row = From; row < To; row++)
        {
            T scale = Gradient is null ? T.Zero : T.CreateTruncating(double.CreateTruncating(Weights[row]) / (TotalWeight * outputs));
            double sum = 0;
            for (int start = 0; start < outputs; start += Lanes.Strip)
            {
                ReadTargets(row, start, targets);
                Span<T> slopes = Gradient is null ? unwanted : Gradient.PaddedRow(row).Slice(start, Lanes.Strip);
                sum += RunStrip(cost, Logits.PaddedRow(row).Slice(start, Lanes.Strip), targets, slopes, scale, start, outputs);
            }

            Costs[row] = sum / outputs;
        }
    }

    // z, t, dz: (a strip), of the outputs from start on.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double RunStrip<TCost>(
        scoped TCost cost, ReadOnlySpan<T> z, ReadOnlySpan<T> t, Span<T> dz, T scale, int start, int outputs)
        where TCost : struct, IErrorCost<T>, allows ref struct
    {
        ref T logit = ref MemoryMarshal.GetReference(z);
        ref T target = ref MemoryMarshal.GetReference(t);
        ref T slope = ref MemoryMarshal.GetReference(dz);
        double sum = 0;
        for (int i = 0; i < Lanes.Strip; i += Vector256<T>.Count)
        {
            // Most often there is a single output: what lies beyond it is cleared, not computed.
            if (start + i >= outputs)
            {
                Vector256<T>.Zero.StoreUnsafe(ref slope, (nuint)i);
                continue;
            }

            Vector256<T> wanted = Vector256.LoadUnsafe(ref target, (nuint)i);
            // NaN does not equal itself.
            Vector256<T> present = Vector256.Equals(wanted, wanted) & Lanes.Below<T>(start + i, outputs);
            Vector256<T> costs = cost.Of(Vector256.LoadUnsafe(ref logit, (nuint)i) - wanted, start + i, out Vector256<T> slopes);
            (Vector256.Create(scale) * slopes & present).StoreUnsafe(ref slope, (nuint)i);
            sum += double.CreateTruncating(Vector256.Sum(costs & present));
        }

        return sum;
    }

    // strip: (a strip) receives the targets of the outputs from start on, in the units of the errors; what it receives beyond the
    // last output has no meaning.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadTargets(int row, int start, Span<T> strip)
    {
        if (OutputsPerTarget == 1)
        {
            ReadOnlySpan<T> targets = Targets.PaddedRow(row).Slice(start, Lanes.Strip);
            if (Scaling is null)
                targets.CopyTo(strip);
            else
                Scaling.Apply(targets, start, strip);
            return;
        }

        ReadOnlySpan<T> all = Targets.Row(row);
        int end = Math.Min(Lanes.Strip, Logits.Width - start);
        for (int j = 0; j < end; j++)
        {
            int target = (start + j) / OutputsPerTarget;
            strip[j] = Scaling is null ? all[target] : Scaling.Apply(all[target], target);
        }
    }
}
