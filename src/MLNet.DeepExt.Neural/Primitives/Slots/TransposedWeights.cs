using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>
/// Transposed copies of weight matrices, which the backward pass reads and prediction does not need. The first trainable layer
/// usually has none, because the gradient of its input is not requested.
/// </summary>
internal sealed class TransposedWeights<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Slot[] _matrices;
    private readonly Memory<T> _values;
    private readonly int _start; // where the first of them begins among the transposed copies of all

    /// <summary>Transposes some matrices.</summary>
    /// <param name="slots">All parameters of θ in order.</param>
    /// <param name="from">The offset in θ from which matrices are needed.</param>
    /// <param name="parameters">θ.</param>
    public TransposedWeights(IEnumerable<Slot> slots, int from, ReadOnlySpan<T> parameters)
    {
        From = from;
        _matrices = [.. slots.Where(slot => slot.TransposedLength > 0 && slot.Offset >= from)];
        _start = _matrices.Length == 0 ? 0 : _matrices[0].TransposedOffset;
        int end = _matrices.Length == 0 ? 0 : _matrices[^1].TransposedOffset + _matrices[^1].TransposedLength;
        _values = AlignedMemory.Allocate<T>(end - _start);
        Refresh(parameters, from, parameters.Length);
    }

    /// <summary>The offset in θ from which there are copies.</summary>
    public int From { get; }

    /// <summary>The number of elements of all copies.</summary>
    public int Length => _values.Length;

    /// <summary>Returns the panels of a transposed matrix.</summary>
    public Span<T> Of(Slot slot) => _values.Span.Slice(slot.TransposedOffset - _start, slot.TransposedLength);

    /// <summary>Updates the copies of elements [from, to) of θ, multiples of 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Refresh(ReadOnlySpan<T> parameters, int from, int to)
    {
        foreach (Slot slot in _matrices)
        {
            (int first, int last) = slot.Overlap(from, to);
            if (first < last)
            {
                Panels.Transpose(
                    slot.Shape.Rows, slot.Shape.Columns, parameters.Slice(slot.Offset, slot.Length), Of(slot),
                    first - slot.Offset, last - slot.Offset);
            }
        }
    }
}
