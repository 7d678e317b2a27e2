using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// The prediction that a network has to beat: for every row the mean of the training targets, or the shares of the classes. It is gathered
/// from the batches of one epoch as they are trained on, so that no rows are read for it.
/// </summary>
internal sealed class ConstantPrediction
{
    private const int MeasuredRows = 4096; // two digits of its loss are enough

    private readonly Loss _loss;
    private readonly DenseBlock<float> _logits; // (rows, outputs): all rows alike
    private readonly double[] _costs;           // (rows)
    private readonly double[] _sums;            // (targets): Σ w·t
    private readonly double[] _weights;         // (targets): Σ w of the rows that have it
    private readonly int _targetWidth;
    private WeightedMean _trainingLoss;
    private int _measured;

    /// <param name="loss">What it is measured by.</param>
    /// <param name="outputs">Outputs of the network.</param>
    /// <param name="source">Where the training rows come from.</param>
    public ConstantPrediction(Loss loss, int outputs, BatchSource source)
    {
        _loss = loss;
        _targetWidth = source.TargetWidth;
        _logits = new DenseBlock<float>(source.MaximumBatch, outputs);
        _costs = new double[source.MaximumBatch];
        _sums = new double[_targetWidth > 0 ? _targetWidth : outputs];
        _weights = new double[_sums.Length];
    }

    /// <summary>Whether it has met rows.</summary>
    public bool IsKnown => _measured > 0;

    /// <summary>Its loss on the training rows, or on the first thousands of them; null before it has met any.</summary>
    public double? TrainingLoss => IsKnown ? _trainingLoss.Value : null;

    /// <summary>The logits that predict it: (outputs).</summary>
    public ReadOnlySpan<float> Logits
    {
        get
        {
            WriteLogits(rows: 1);
            return _logits.Row(0);
        }
    }

    /// <summary>Takes the rows of a batch, whose targets have been gathered, into account.</summary>
    /// <param name="batch">The batch.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Observe(Batch<float> batch)
    {
        for (int row = 0; row < batch.Rows; row++)
            AddTargets(batch.Target, row, batch.Weights[row]);
        if (_measured >= MeasuredRows)
            return;
        _measured += batch.Rows;
        WriteLogits(batch.Rows);
        _loss.Cost(_logits, batch.Target, _costs, 0, batch.Rows);
        for (int row = 0; row < batch.Rows; row++)
            _trainingLoss.Add(_costs[row], batch.Weights[row]);
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

        // A single output is that of class 1.
        int label = target.Classes[row];
        if (_sums.Length > 1)
            _sums[label] += weight;
        else
            _sums[0] += weight * label;
        _weights[0] += weight;
    }

    private void WriteLogits(int rows)
    {
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
