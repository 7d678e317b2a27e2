using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// The constant prediction with which a network is compared: for every row the mean of the training targets, or the class frequencies. It is
/// collected from the batches of one whole epoch during training, so it needs no extra pass over the rows, and is stored in checkpoints.
/// </summary>
/// <remarks>
/// Its loss is measured on batches at equal distances over the epoch, about 4,096 rows in total, because the first rows of a stream that is longer
/// than its buffer may differ from those that follow.
/// </remarks>
internal sealed class ConstantPrediction
{
    private const int MeasuredRows = 4096; // two digits of its loss are enough

    private readonly Loss _loss;
    private readonly DenseBlock<float> _logits; // (rows, outputs): all rows equal
    private readonly double[] _costs;           // (rows)
    private readonly double[] _sums;            // (targets): Σ w·t
    private readonly double[] _weights;         // (targets): Σ w of the rows in which it is not missing
    private readonly int _targetWidth;
    private readonly int _batchesOfEpoch;
    private readonly int _distance;             // in batches, between measured batches
    private int _batches;                       // the number observed so far
    private double _cost;                       // Σ w·L of the measured rows
    private double _costWeight;                 // Σ w of these rows

    /// <param name="loss">The loss by which it is measured.</param>
    /// <param name="outputs">The number of outputs of the network.</param>
    /// <param name="source">The source of the training rows.</param>
    public ConstantPrediction(Loss loss, int outputs, BatchSource source)
    {
        _loss = loss;
        _targetWidth = source.TargetWidth;
        _logits = new DenseBlock<float>(source.MaximumBatch, outputs);
        _costs = new double[source.MaximumBatch];
        _sums = new double[_targetWidth > 0 ? _targetWidth : outputs];
        _weights = new double[_sums.Length];
        _batchesOfEpoch = source.Batches;
        _distance = (int)Math.Max(1, (long)source.Batches * source.MaximumBatch / MeasuredRows);
    }

    /// <summary>True if it has processed all rows of an epoch.</summary>
    public bool IsKnown => _batches >= _batchesOfEpoch;

    /// <summary>Its loss on the training rows, or on thousands of them; null before <see cref="IsKnown"/>.</summary>
    public double? TrainingLoss => IsKnown ? _cost / _costWeight : null;

    /// <summary>The sums so far, for a checkpoint.</summary>
    public ConstantSums Sums
    {
        get => new() { Batches = _batches, Targets = [.. _sums], Weights = [.. _weights], Cost = _cost, CostWeight = _costWeight };
        set
        {
            _batches = value.Batches;
            for (int i = 0; i < _sums.Length; i++)
                (_sums[i], _weights[i]) = (value.Targets[i], value.Weights[i]);
            (_cost, _costWeight) = (value.Cost, value.CostWeight);
        }
    }

    /// <summary>The logits of the constant prediction: (outputs).</summary>
    public ReadOnlySpan<float> Logits
    {
        get
        {
            WriteLogits(rows: 1);
            return _logits.Row(0);
        }
    }

    /// <summary>Validates the sums in a checkpoint.</summary>
    /// <param name="sums">The sums.</param>
    /// <exception cref="InvalidDataException">They do not fit the targets.</exception>
    public void RequireFit(ConstantSums sums)
    {
        if (sums.Targets.Count != _sums.Length || sums.Weights.Count != _sums.Length)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"The constant prediction should have {_sums.Length} sums and weights but has {sums.Targets.Count} and {sums.Weights.Count}."));
        }
    }

    /// <summary>
    /// Adds the rows of a batch. Does nothing if the prediction is known, or if earlier batches of the epoch
    /// are missing, as after a checkpoint without the sums that was written within an epoch.
    /// </summary>
    /// <param name="batch">The batch.</param>
    /// <param name="number">The index of the batch in the epoch, from 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Observe(Batch<float> batch, int number)
    {
        if (IsKnown || number != _batches)
            return;
        _batches++;
        for (int row = 0; row < batch.Rows; row++)
            AddTargets(batch.Target, row, batch.Weights[row]);
        if (number % _distance != 0)
            return;
        WriteLogits(batch.Rows);
        _loss.Cost(_logits, batch.Target, _costs, 0, batch.Rows);
        for (int row = 0; row < batch.Rows; row++)
        {
            _cost += batch.Weights[row] * _costs[row];
            _costWeight += batch.Weights[row];
        }
    }

    private void AddTargets(Target<float> target, int row, double weight)
    {
        if (target.Values is { } values)
        {
            ReadOnlySpan<float> numbers = values.Row(row);
            for (int j = 0; j < numbers.Length; j++)
            {
                if (float.IsNaN(numbers[j]))
                    continue;
                _sums[j] += weight * numbers[j];
                _weights[j] += weight;
            }

            return;
        }

        // A single output is the probability of class 1.
        int label = target.Classes[row];
        if (_sums.Length > 1)
            _sums[label] += weight;
        else
            _sums[0] += weight * label;
        _weights[0] += weight;
    }

    private void WriteLogits(int rows)
    {
        _logits.Rows = rows;
        Span<float> first = _logits.Row(0);
        int outputsPerTarget = first.Length / _sums.Length;
        for (int output = 0; output < first.Length; output++)
        {
            int target = output / outputsPerTarget;
            double weight = _weights[_targetWidth > 0 ? target : 0];
            first[output] = weight > 0 ? (float)_loss.LogitOf(_sums[target] / weight, target) : 0;
        }

        for (int row = 1; row < rows; row++)
            first.CopyTo(_logits.Row(row));
    }
}
