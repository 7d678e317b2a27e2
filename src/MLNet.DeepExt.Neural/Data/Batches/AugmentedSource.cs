using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>Batches of another source, augmented by threads that keep a few batches ahead of training.</summary>
/// <remarks>
/// Work is a few rows of a batch at a time, and an idle thread takes it: the threads ahead, and those that train where
/// the rows that they wait for are not ready. So no processor is idle where there are more than the training needs, and none is fought
/// over where there are not. Which thread augments a row does not matter to what comes out.
/// </remarks>
internal sealed class AugmentedSource : BatchSource
{
    private const long BytesAhead = 16 << 20;

    private readonly BatchSource _source;
    private readonly FeatureUnits _units;
    private readonly CounterRandom _random;
    private readonly AugmentedBatch[] _ring;
    private readonly Thread[] _ahead;
    private readonly object _gate = new(); // guards what follows, down to _stopping
    private readonly Stack<RowAugmenter> _idle = new();
    private ExceptionDispatchInfo? _failure;
    private CounterRandom _ofEpoch;
    private long _first;   // the batch that is trained on, or the next one
    private long _fetched; // batches that have come
    private bool _isFetching;
    private bool _ended;
    private bool _stopping;
    private bool _isCurrent; // whether _first is being trained on

    /// <param name="source">The rows as they are; it must give them written out.</param>
    /// <param name="recipe">What to do to them.</param>
    /// <param name="outputs">Outputs of the network, for targets that are mixed.</param>
    /// <param name="mixesCosts">Whether targets are shares of a cost, as probabilities are, and not numbers.</param>
    /// <param name="random">What is drawn from.</param>
    /// <param name="threads">How many threads keep ahead, at least 0.</param>
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
            // An epoch that was left before its end has work under way.
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

            // What others are still at is soon done: waking up would take longer.
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

        // Before the threads have ended, of which one may be waiting for it.
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

    // All that follows is called with the lock held, and gives it up while it works.
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

    // Its memory may be filled again when no thread works on it, also where it was not gathered, as when a training is resumed.
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
