using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>Batches of rows in memory, shuffled again for every epoch.</summary>
/// <remarks>
/// Sparse rows are copied in order when the batch is selected, because the start of a row depends on all rows before it. The copying of dense rows is
/// divided between workers.
/// </remarks>
internal sealed class MemoryBatchSource : BatchSource
{
    // Shuffled rows are scattered in memory: while one is copied, the next ones are prefetched.
    private const int RowsAhead = 8;

    private readonly LabeledRows _rows;
    private readonly int[] _natural;
    private readonly int[] _order;
    private readonly BatchCut _cut;
    private readonly CounterRandom? _shuffle;
    private readonly bool _sparse;
    private readonly ClassFactors _factors;
    private int _next;

    /// <param name="rows">The data.</param>
    /// <param name="members">The indices of the rows to use.</param>
    /// <param name="batchSize">The number of rows of a batch.</param>
    /// <param name="shuffle">The random numbers of the order of the rows; null keeps the order.</param>
    /// <param name="keepSparse">True if sparse rows give sparse batches; if false, they are expanded batch by batch.</param>
    /// <param name="factors">The factors of the row weights.</param>
    public MemoryBatchSource(
        LabeledRows rows, int[] members, int batchSize, CounterRandom? shuffle, bool keepSparse = true, ClassFactors factors = default)
    {
        _rows = rows;
        _natural = members;
        _order = [.. members];
        _cut = new BatchCut(members.Length, batchSize);
        _shuffle = shuffle;
        _sparse = keepSparse && rows.Features is SparseRows;
        _factors = factors;
    }

    public override int Rows => _order.Length;

    public override int Batches => _cut.Batches;

    public override int MaximumBatch => _cut.Maximum;

    public override int TargetWidth => _rows.TargetWidth;

    public override bool GathersLater => true;

    public override Batch<float> CreateBatch() => new(
        _sparse ? new SparseBlock<float>(MaximumBatch, _rows.Width) : new DenseBlock<float>(MaximumBatch, _rows.Width),
        TargetRows.CreateTarget(MaximumBatch, TargetWidth));

    public override void BeginEpoch(int epoch)
    {
        _natural.CopyTo(_order, 0);
        _shuffle?.Derive((ulong)epoch).Shuffle<int>(_order);
        _next = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override bool MoveNext(Batch<float> batch)
    {
        int left = Rows - _next;
        if (left == 0)
            return false;
        batch.Rows = _cut.Next(left);
        ReadOnlySpan<int> order = _order.AsSpan(_next, batch.Rows);
        Span<long> ids = batch.RowIds;
        Span<float> weights = batch.Weights;
        for (int i = 0; i < order.Length; i++)
        {
            ids[i] = order[i];
            weights[i] = _rows.WeightOf(order[i]);
        }

        if (!_factors.AreNone)
            Weigh(order, weights);
        if (_sparse)
            GatherSparse(batch, (SparseRows)_rows.Features);
        _next += batch.Rows;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Gather(Batch<float> batch, int from, int to)
    {
        ReadOnlySpan<long> ids = batch.RowIds;
        _rows.Targets.Gather(ids, batch.Target, from, to);
        if (!_sparse)
            GatherDense(ids, (DenseBlock<float>)batch.Inputs, from, to);
    }

    public override void Dispose()
    {
    }

    // rows, weights: (rows of the batch).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Weigh(ReadOnlySpan<int> rows, Span<float> weights)
    {
        for (int i = 0; i < rows.Length; i++)
            weights[i] *= _factors.Of(_rows.Targets.StratumOf(rows[i]));
    }

    // rows: (rows of the batch).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void GatherDense(ReadOnlySpan<long> rows, DenseBlock<float> inputs, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            if (i + RowsAhead < to)
                _rows.Features.Prefetch((int)rows[i + RowsAhead]);
            _rows.Features.CopyTo((int)rows[i], inputs.Row(i));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void GatherSparse(Batch<float> batch, SparseRows features)
    {
        var inputs = (SparseBlock<float>)batch.Inputs;
        ReadOnlySpan<long> rows = batch.RowIds;
        inputs.Clear();
        foreach (long row in rows)
            inputs.AppendChecked(features.Columns((int)row), features.Values((int)row));
    }
}
