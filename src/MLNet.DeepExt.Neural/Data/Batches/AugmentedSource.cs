using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>Batches of another source, augmented by threads that work a few batches ahead of training.</summary>
/// <remarks>
/// The unit of work is a few rows of a batch, which any idle thread takes: the augmentation threads, and training threads that wait for rows
/// that are not ready. So idle processors are used, and the training threads do not compete with augmentation threads if there are
/// none. The result does not depend on which thread augments a row.
/// </remarks>
internal sealed class AugmentedSource : BatchSource
{
    private const long BytesAhead = 16 << 20;

    private readonly BatchSource _source;
    private readonly FeatureUnits _units;
    private readonly CounterRandom _random;
    private readonly AugmentedBatch[] _ring;
    private readonly Thread[] _ahead;
    private readonly object _gate = new(); // guards the following fields, down to _stopping
    private readonly Stack<RowAugmenter> _idle = new();
    private ExceptionDispatchInfo? _failure;
    private CounterRandom _ofEpoch;
    private long _first;   // the current batch of the training, or the next one
    private long _fetched; // the number of fetched batches
    private bool _isFetching;
    private bool _ended;
    private bool _stopping;
    private bool _isCurrent; // true if _first is the current batch

    /// <param name="source">The source of the original rows, which must be dense.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="outputs">The number of outputs of the network, for mixed targets.</param>
    /// <param name="mixesCosts">True if targets are mixed by their part of the cost, as probabilities; false for numbers.</param>
    /// <param name="random">The random numbers.</param>
    /// <param name="threads">The number of augmentation threads, at least 0.</param>
    public AugmentedSource(
        BatchSource source, AugmentationRecipe recipe, int outputs, bool mixesCosts, CounterRandom random, int threads)
    {
        _source = source;
        _random = random;
        var first = new AugmentedBatch(source, recipe, mixesCosts);
        Width = first.Rows.Inputs.Width;
        _units = new FeatureUnits(Width, recipe.Categories);
        TargetWidth = source.TargetWidth == 0 && recipe.MixesTargets ? outputs : source.TargetWidth;
        long bytes = 2L * sizeof(float) * Width * source.MaximumBatch;
        int count = threads == 0 ? 1 : (int)Math.Clamp(BytesAhead / bytes, 2, 8);
        _ring = [first, .. Enumerable.Range(1, count - 1).Select(_ => new AugmentedBatch(source, recipe, mixesCosts))];
        _ahead = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            _ahead[i] = new Thread(KeepAhead) { IsBackground = true, Name = $"MLNet.DeepExt augmentation {i + 1}" };
            _ahead[i].Start();
        }
    }

    public override int Rows => _source.Rows;

    public override int Batches => _source.Batches;

    public override int MaximumBatch => _source.MaximumBatch;

    public override int TargetWidth { get; }

    private int Width { get; }

    public override bool GathersLater => false;

    public override Batch<float> CreateBatch() =>
        new(new DenseBlock<float>(MaximumBatch, Width), TargetRows.CreateTarget(MaximumBatch, TargetWidth));

    public override void BeginEpoch(int epoch)
    {
        lock (_gate)
        {
            // An epoch that was stopped early may have work in progress.
            _ended = true;
            while (_isFetching)
                Monitor.Wait(_gate);
            for (; _first < _fetched; _first++)
                LeaveFirst();
            _ofEpoch = _random.Derive((ulong)epoch);
            _source.BeginEpoch(epoch);
            _first = _fetched = 0;
            _isCurrent = false;
            _failure = null;
            _ended = false;
            Monitor.PulseAll(_gate);
        }
    }

    public override bool MoveNext(Batch<float> batch)
    {
        AugmentedBatch current;
        lock (_gate)
        {
            if (_isCurrent)
            {
                LeaveFirst();
                _first++;
                _isCurrent = false;
                Monitor.PulseAll(_gate);
            }

            while (_first == _fetched)
            {
                if (!_isFetching && _ended)
                {
                    _failure?.Throw();
                    return false;
                }

                WorkOrWait();
            }

            _isCurrent = true;
            current = BatchOf(_first);
        }

        batch.Rows = current.Rows.Rows;
        current.Rows.RowIds.CopyTo(batch.RowIds);
        current.CopyWeights(batch.Weights);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Gather(Batch<float> batch, int from, int to)
    {
        AugmentedBatch current = BatchOf(_first);
        if (!current.IsReady)
        {
            lock (_gate)
            {
                while (current.IsWaiting)
                    Augment(current);
            }

            // The work of the others is nearly finished; sleeping and waking would take longer.
            var spin = new SpinWait();
            while (!current.IsReady)
                spin.SpinOnce(sleep1Threshold: -1);
        }

        current.ThrowIfFailed();
        current.CopyTargets(batch.Target, from, to);
        current.CopyRows((DenseBlock<float>)batch.Inputs, from, to, _units);
    }

    public override void Dispose()
    {
        lock (_gate)
        {
            _stopping = _ended = true;
            Monitor.PulseAll(_gate);
        }

        // Before the threads have ended, because one may wait for it.
        _source.Dispose();
        foreach (Thread thread in _ahead)
            thread.Join();
    }

    private void KeepAhead()
    {
        lock (_gate)
        {
            while (!_stopping)
                WorkOrWait();
        }
    }

    // The following methods are called with the lock held, and release it while they work.
    private void WorkOrWait()
    {
        for (long i = _first; i < _fetched; i++)
        {
            if (BatchOf(i).IsWaiting)
            {
                Augment(BatchOf(i));
                return;
            }
        }

        if (!_isFetching && !_ended && _fetched < _first + _ring.Length)
            Fetch(BatchOf(_fetched));
        else
            Monitor.Wait(_gate);
    }

    private void Augment(AugmentedBatch batch)
    {
        int share = batch.Take();
        _idle.TryPop(out RowAugmenter? augmenter);
        Monitor.Exit(_gate);
        try
        {
            batch.Augment(share, ref augmenter);
        }
        finally
        {
            Monitor.Enter(_gate);
        }

        if (augmenter is not null)
            _idle.Push(augmenter);
        if (!batch.IsInWork)
            Monitor.PulseAll(_gate);
    }

    // Its memory may be refilled when no thread uses it, even if it was not gathered, for example when a training is resumed.
    private void LeaveFirst()
    {
        AugmentedBatch batch = BatchOf(_first);
        batch.Leave();
        while (batch.IsInWork)
            Monitor.Wait(_gate);
    }

    private void Fetch(AugmentedBatch batch)
    {
        _isFetching = true;
        Monitor.Exit(_gate);
        bool hasCome = false;
        ExceptionDispatchInfo? failure = null;
        try
        {
            hasCome = _source.MoveNext(batch.Rows);
            if (hasCome)
                batch.Begin(_ofEpoch);
        }
        catch (Exception exception)
        {
            failure = ExceptionDispatchInfo.Capture(exception);
        }
        finally
        {
            Monitor.Enter(_gate);
        }

        _isFetching = false;
        _failure ??= failure;
        if (hasCome && failure is null)
            _fetched++;
        else
            _ended = true;
        Monitor.PulseAll(_gate);
    }

    private AugmentedBatch BatchOf(long number) => _ring[number % _ring.Length];
}
