using System.Runtime.ExceptionServices;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>A batch that is being augmented: its original rows, and the rows augmented so far.</summary>
internal sealed class AugmentedBatch
{
    // Few enough that no thread waits long for the last rows, and enough that distributing them costs little.
    private const int RowsOfShare = 8;

    private readonly BatchSource _source;
    private readonly AugmentationRecipe _recipe;
    private readonly bool _mixesCosts;
    private readonly MixingAugmentation[] _mixing;
    private readonly DenseBlock<float> _augmented; // (capacity, width)
    private readonly int[][] _others;              // (mixing, capacity): the row of the batch with which each is mixed
    private readonly float[][] _shares;            // (mixing, capacity): the weight of the row itself; NaN if it is not mixed
    private readonly ulong[] _keys;                // (capacity): the key of the random numbers of each row
    private int _taken;    // shares that were started
    private int _ended;    // shares that are finished
    private volatile ExceptionDispatchInfo? _failure;

    /// <param name="source">The source of the rows.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="mixesCosts">True if targets are mixed by their part of the cost, as probabilities; false for numbers, which are
    /// interpolated.</param>
    public AugmentedBatch(BatchSource source, AugmentationRecipe recipe, bool mixesCosts)
    {
        _source = source;
        _recipe = recipe;
        _mixesCosts = mixesCosts;
        Rows = source.CreateBatch();
        _mixing = [.. recipe.Mixing];
        _augmented = new DenseBlock<float>(Rows.Inputs.Capacity, Rows.Inputs.Width);
        _others = [.. _mixing.Select(_ => new int[_augmented.Capacity])];
        _shares = [.. _mixing.Select(_ => new float[_augmented.Capacity])];
        _keys = new ulong[_augmented.Capacity];
    }

    /// <summary>The original rows; the source fills it.</summary>
    public Batch<float> Rows { get; }

    private int Shares => (Rows.Rows + RowsOfShare - 1) / RowsOfShare;

    /// <summary>True if some rows are not started. Call it under the lock, like <see cref="Take"/>.</summary>
    public bool IsWaiting => _taken < Shares;

    /// <summary>True if all rows are augmented.</summary>
    public bool IsReady => Volatile.Read(ref _ended) == Shares;

    /// <summary>True if a thread is processing some of the rows. Call it under the lock.</summary>
    public bool IsInWork => Volatile.Read(ref _ended) < _taken;

    /// <summary>Begins the augmentation of new rows.</summary>
    /// <param name="random">The random numbers of this epoch.</param>
    public void Begin(CounterRandom random)
    {
        if (!_source.GathersLater)
            _source.Gather(Rows, 0, Rows.Rows);
        ReadOnlySpan<long> ids = Rows.RowIds;
        for (int row = 0; row < ids.Length; row++)
            _keys[row] = random.Derive((ulong)ids[row]).Key;
        for (int step = 0; step < _mixing.Length; step++)
        {
            for (int row = 0; row < ids.Length; row++)
            {
                RandomSequence sequence = SequenceOf(row, step, part: 0);
                _others[step][row] = sequence.Below(ids.Length);
                bool isMixed = _mixing[step].Probability == 1 || sequence.Uniform() < _mixing[step].Probability;
                _shares[step][row] = isMixed ? _mixing[step].DrawShare(ref sequence) : float.NaN;
            }
        }

        _failure = null;
        _taken = 0;
        Volatile.Write(ref _ended, 0);
    }

    /// <summary>Returns the next rows to be augmented.</summary>
    public int Take() => _taken++;

    /// <summary>Cancels the rows that are not started.</summary>
    public void Leave()
    {
        int left = Shares - _taken;
        _taken = Shares;
        Interlocked.Add(ref _ended, left);
    }

    /// <summary>Augments some rows.</summary>
    /// <param name="share">The result of <see cref="Take"/>.</param>
    /// <param name="augmenter">The augmenter of the calling thread; created if null.</param>
    public void Augment(int share, ref RowAugmenter? augmenter)
    {
        int from = share * RowsOfShare, to = Math.Min(from + RowsOfShare, Rows.Rows);
        try
        {
            // Processed while the rows are in the cache.
            if (_source.GathersLater)
                _source.Gather(Rows, from, to);
            var inputs = (DenseBlock<float>)Rows.Inputs;
            augmenter ??= new RowAugmenter(_recipe, inputs.Width);
            for (int row = from; row < to; row++)
                augmenter.Augment(inputs.Row(row), _augmented.Row(row), new CounterRandom(_keys[row]));
        }
        catch (Exception exception)
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
        }

        Interlocked.Increment(ref _ended);
    }

    /// <summary>Rethrows an exception of the augmentation, if there was one.</summary>
    public void ThrowIfFailed() => _failure?.Throw();

    /// <summary>The weights of the rows, mixed like the targets: (rows).</summary>
    public void CopyWeights(Span<float> weights)
    {
        for (int row = 0; row < weights.Length; row++)
        {
            float weight = Rows.Weights[row];
            for (int step = 0; step < _mixing.Length; step++)
            {
                if (MixesTarget(step, row, out float share, out int other))
                    weight = MixedWeight(weight, share, other);
            }

            weights[row] = weight;
        }
    }

    /// <summary>Copies rows [from, to), after all rows are augmented, and mixes them.</summary>
    public void CopyRows(DenseBlock<float> inputs, int from, int to, FeatureUnits units)
    {
        for (int row = from; row < to; row++)
        {
            Span<float> destination = inputs.Row(row);
            _augmented.Row(row).CopyTo(destination);
            for (int step = 0; step < _mixing.Length; step++)
            {
                if (float.IsNaN(_shares[step][row]))
                    continue;
                RandomSequence sequence = SequenceOf(row, step, part: 1);
                _mixing[step].Mix(destination, _augmented.Row(_others[step][row]), _shares[step][row], units, ref sequence);
            }
        }
    }

    /// <summary>Copies targets of rows [from, to), mixed like their rows.</summary>
    public void CopyTargets(Target<float> target, int from, int to)
    {
        if (target.Values is not { } values)
        {
            Rows.Target.Classes[from..to].CopyTo(target.Classes[from..]);
            return;
        }

        for (int row = from; row < to; row++)
        {
            Span<float> mixed = values.Row(row);
            WriteTarget(row, mixed);
            float weight = Rows.Weights[row];
            for (int step = 0; step < _mixing.Length; step++)
            {
                if (!MixesTarget(step, row, out float share, out int other))
                    continue;
                float both = MixedWeight(weight, share, other);
                MixTarget(mixed, _mixesCosts ? share * weight / both : share, other);
                weight = both;
            }
        }
    }

    private float MixedWeight(float weight, float share, int other) => share * weight + (1 - share) * Rows.Weights[other];

    private bool MixesTarget(int step, int row, out float share, out int other)
    {
        (share, other) = (_shares[step][row], _others[step][row]);
        return _mixing[step].MixesTargets && !float.IsNaN(share);
    }

    // A class is probability 1 of that class, or the value itself if there is one output.
    private void WriteTarget(int row, Span<float> target)
    {
        if (Rows.Target.Values is { } values)
        {
            values.Row(row).CopyTo(target);
            return;
        }

        target.Clear();
        int label = Rows.Target.Classes[row];
        if (target.Length > 1)
            target[label] = 1;
        else
            target[0] = label;
    }

    // If one of the two numbers is missing, the row with the larger weight decides whether the mixed one is missing.
    private void MixTarget(Span<float> mixed, float share, int other)
    {
        if (Rows.Target.Values is not { } values)
        {
            foreach (ref float value in mixed)
                value *= share;
            int label = Rows.Target.Classes[other];
            if (mixed.Length > 1)
                mixed[label] += 1 - share;
            else
                mixed[0] += (1 - share) * label;
            return;
        }

        ReadOnlySpan<float> target = values.Row(other);
        for (int i = 0; i < mixed.Length; i++)
        {
            bool areBoth = !float.IsNaN(mixed[i]) && !float.IsNaN(target[i]);
            mixed[i] = areBoth ? share * mixed[i] + (1 - share) * target[i] : share >= 0.5f ? mixed[i] : target[i];
        }
    }

    // Different from the counters of the row-only steps, which start at 0.
    private RandomSequence SequenceOf(int row, int step, int part) =>
        new(new CounterRandom(_keys[row]).Derive(ulong.MaxValue - (ulong)(2 * step + part)));
}
