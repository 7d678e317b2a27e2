using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>The loop of every <see cref="ElementwiseLoss"/> over some lines of a batch.</summary>
internal readonly ref struct ElementwiseRows<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The lines. Their targets are numbers, NaN if missing.</summary>
    public required LossLines<T> Lines { get; init; }

    /// <summary>The number of consecutive outputs that belong to a target.</summary>
    public required int OutputsPerTarget { get; init; }

    /// <summary>The scaling that defines the units of the errors; null for the units of the targets.</summary>
    public required TargetScaling? Scaling { get; init; }

    /// <summary>Computes costs and, if requested, gradients.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TCost>(scoped TCost cost)
        where TCost : struct, IErrorCost<T>, allows ref struct
    {
        LossLines<T> lines = Lines;
        int outputs = lines.Outputs;
        Span<T> targets = stackalloc T[Lanes.Strip];
        Span<T> unwanted = stackalloc T[Lanes.Strip];
        for (int line = lines.From; line < lines.To; line++)
        {
            T scale = T.CreateTruncating(lines.ScaleOf(line, parts: outputs));
            double sum = 0;
            for (int start = 0; start < outputs; start += Lanes.Strip)
            {
                ReadTargets(line, start, targets);
                Span<T> slopes = lines.WantsGradient ? lines.PaddedGradientOf(line).Slice(start, Lanes.Strip) : unwanted;
                sum += RunStrip(cost, lines.PaddedLogitsOf(line).Slice(start, Lanes.Strip), targets, slopes, scale, start, outputs);
            }

            lines.SetCost(line, sum / outputs);
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
            // Usually there is a single output; the elements beyond it are cleared, not computed.
            if (start + i >= outputs)
            {
                Vector256<T>.Zero.StoreUnsafe(ref slope, (nuint)i);
                continue;
            }

            Vector256<T> wanted = Vector256.LoadUnsafe(ref target, (nuint)i);
            // NaN is not equal to itself.
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
    private void ReadTargets(int line, int start, Span<T> strip)
    {
        if (OutputsPerTarget == 1)
        {
            ReadOnlySpan<T> targets = Lines.PaddedValuesOf(line).Slice(start, Lanes.Strip);
            if (Scaling is null)
                targets.CopyTo(strip);
            else
                Scaling.Apply(targets, start, strip);
            return;
        }

        ReadOnlySpan<T> all = Lines.ValuesOf(line);
        int end = Math.Min(Lanes.Strip, Lines.Outputs - start);
        for (int j = 0; j < end; j++)
        {
            int target = (start + j) / OutputsPerTarget;
            strip[j] = Scaling is null ? all[target] : Scaling.Apply(all[target], target);
        }
    }
}
