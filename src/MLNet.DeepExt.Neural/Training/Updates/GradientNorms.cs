using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>
/// The norms of the gradient of every parameter and of all parameters: sums over blocks that depend only on the network, added in the order of θ,
/// so the norms do not depend on the number of workers.
/// </summary>
internal sealed class GradientNorms
{
    private const int BlockLength = 4096;

    private readonly Block[] _blocks;
    private readonly double[] _squares; // (blocks)
    private readonly double[] _ofSlots; // (parameters)

    /// <param name="plan">One range for every trained parameter.</param>
    /// <param name="slots">The number of parameters.</param>
    public GradientNorms(UpdatePlan plan, int slots)
    {
        var blocks = new List<Block>();
        foreach (ParameterRange range in plan.Ranges)
        {
            for (int from = 0; from < range.Length && range.HasGradient; from += BlockLength)
                blocks.Add(new Block(range.GradientFrom + from, range.GradientFrom + Math.Min(from + BlockLength, range.Length), range.Slot));
        }

        _blocks = [.. blocks];
        _squares = new double[_blocks.Length];
        _ofSlots = new double[slots];
    }

    /// <summary>‖g‖₂ over all parameters, after <see cref="Sum"/>.</summary>
    public double Global { get; private set; }

    /// <summary>‖g‖₂ of a parameter, after <see cref="Sum"/>.</summary>
    public double OfSlot(int slot) => _ofSlots[slot];

    /// <summary>Computes one worker's share of the blocks.</summary>
    /// <param name="gradient">The whole gradient.</param>
    /// <param name="worker">The worker.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Square(ReadOnlySpan<float> gradient, Worker worker)
    {
        (int from, int to) = worker.Share(_blocks.Length);
        for (int i = from; i < to; i++)
            _squares[i] = Norms.Squared(gradient[_blocks[i].From.._blocks[i].To]);
    }

    /// <summary>Sums the blocks. One thread calls it after all workers have finished <see cref="Square"/>.</summary>
    /// <param name="rowSparse">The parameters whose gradient is not part of the vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Sum(ReadOnlySpan<RowSparseUpdate> rowSparse)
    {
        Array.Clear(_ofSlots);
        foreach (RowSparseUpdate update in rowSparse)
            _ofSlots[update.Range.Slot] = update.SquaredNorm();
        for (int i = 0; i < _blocks.Length; i++)
            _ofSlots[_blocks[i].Slot] += _squares[i];
        double all = 0;
        for (int slot = 0; slot < _ofSlots.Length; slot++)
        {
            all += _ofSlots[slot];
            _ofSlots[slot] = Math.Sqrt(_ofSlots[slot]);
        }

        Global = Math.Sqrt(all);
    }

    /// <summary>Elements [From, To) of the gradient, all of one parameter.</summary>
    private readonly record struct Block(int From, int To, int Slot);
}
