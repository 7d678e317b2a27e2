using System.Runtime.ExceptionServices;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>A batch on its way through augmentation: its rows as they are, and those of them that are augmented already.</summary>
internal sealed class AugmentedBatch
{
    // Few enough that no thread waits long for the last ones, enough that taking them costs nothing.
    private const int RowsOfShare = 8;

    private readonly BatchSource _source;
    private readonly AugmentationRecipe _recipe;
    private readonly bool _mixesCosts;
    private readonly MixingAugmentation[] _mixing;
    private readonly DenseBlock<float> _augmented; // (capacity, width)
    private readonly int[][] _others;              // (mixing, capacity): which row of the batch each is mixed with
    private readonly float[][] _shares;            // (mixing, capacity): the share of itself that it keeps; NaN where it is not mixed
    private readonly ulong[] _keys;                // (capacity): what is drawn from, for each row
    private int _taken;    // shares that somebody has begun with
    private int _ended;    // shares that no thread works on any more
    private volatile ExceptionDispatchInfo? _failure;

    /// <param name="source">Where the rows come from.</param>
    /// <param name="recipe">What to do to them.</param>
    /// <param name="mixesCosts">Whether targets are shares of a cost, as probabilities are; numbers are on a line between two rows.</param>
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

    /// <summary>The rows as they are; the source fills it.</summary>
    public Batch<float> Rows { get; }

    private int Shares => (Rows.Rows + RowsOfShare - 1) / RowsOfShare;

    /// <summary>Whether somebody could begin with some of the rows. To be asked under a lock, as <see cref="Take"/>.</summary>
    public bool IsWaiting => _taken < Shares;

    /// <summary>Whether all rows are augmented.</summary>
    public bool IsReady => Volatile.Read(ref _ended) == Shares;

    /// <summary>Whether somebody is at work on some of the rows. To be asked under a lock.</summary>
    public bool IsInWork => Volatile.Read(ref _ended) < _taken;

    /// <summary>Begins with rows that have just come.</summary>
    /// <param name="random">What is drawn from, for this epoch.</param>
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

    /// <summary>Which rows are the next to be augmented.</summary>
    public int Take() => _taken++;

    /// <summary>Lets no thread begin with the rows that are left.</summary>
    public void Leave()
    {
        int left = Shares - _taken;
        _taken = Shares;
        Interlocked.Add(ref _ended, left);
    }

    /// <summary>Augments some rows.</summary>
    /// <param name="share">What <see cref="Take"/> gave.</param>
    /// <param name="augmenter">Of the thread that does it; made if there is none.</param>
    public void Augment(int share, ref RowAugmenter? augmenter)
    {
        int from = share * RowsOfShare, to = Math.Min(from + RowsOfShare, Rows.Rows);
        try
        {
            // While they are in the cache.
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

    /// <summary>Throws what went wrong when rows were augmented, if anything did.</summary>
    public void ThrowIfFailed() => _failure?.Throw();

    /// <summary>What the rows weigh, mixed where targets are: (rows).</summary>
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

    /// <summary>Copies rows [from, to), all being augmented, and mixes them.</summary>
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

    /// <summary>Copies targets of rows [from, to), mixed as their rows are.</summary>
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

    // A class is 1 of the probabilities, or the value where there is one alone.
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

    // Where one of the two numbers is missing, the larger part says whether the mixed one is.
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

    // Apart from what the steps on the row alone draw, which count from 0.
    private RandomSequence SequenceOf(int row, int step, int part) =>
        new(new CounterRandom(_keys[row]).Derive(ulong.MaxValue - (ulong)(2 * step + part)));
}
