using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>
/// A trained network made ready to predict: batch norm folded away, the loss's output function applied. Immutable, and
/// safe on any number of threads if each uses a buffer of its own.
/// </summary>
/// <remarks>
/// A row's outputs do not depend on the rows predicted with it, to the last bit. For normalized inputs they agree with the
/// unfolded network's to 1e-5; inputs far from 0 and close to one another, such as 2000 ± 1, cost either network digits.
/// </remarks>
/// <example>
/// <code>
/// var predictor = new Predictor(network, new SoftmaxCrossEntropy());
/// PredictionBuffer buffer = predictor.CreateBuffer(maximumRows: 1);
/// var probabilities = new float[predictor.Outputs];
/// predictor.Predict(row, 1, probabilities, buffer);
/// </code>
/// </example>
public sealed class Predictor
{
    private readonly Network<float> _network;
    private readonly Loss _loss;

    /// <summary>Takes a copy of what the network has learned; training it further changes nothing here.</summary>
    /// <param name="network">A trained network.</param>
    /// <param name="loss">The loss that it was trained with, which says what its outputs mean.</param>
    public Predictor(Network<float> network, Loss loss)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(loss);
        loss.Validate(network.Spec.Outputs);
        _network = Folding.ForPrediction(network);
        _loss = loss;
    }

    /// <summary>Numbers in a row of input.</summary>
    public int Inputs => _network.Spec.Inputs;

    /// <summary>Numbers in a row of output.</summary>
    public int Outputs => _network.Spec.Outputs;

    /// <summary>Makes the memory of predictions on one thread.</summary>
    /// <param name="maximumRows">Rows that are computed together; more are computed in parts.</param>
    public PredictionBuffer CreateBuffer(int maximumRows) =>
        new(this, new DenseBlock<float>(maximumRows, Inputs), _network.CreateWorkspace(maximumRows, backward: false));

    /// <summary>Computes the outputs of some rows. Allocates nothing.</summary>
    /// <param name="rows">(count, inputs), row-major.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="outputs">Receives (count, outputs), row-major.</param>
    /// <param name="buffer">One made by this predictor, used by no other thread.</param>
    /// <exception cref="ArgumentException">
    /// A span is shorter than <paramref name="count"/> rows, or the buffer was made by another predictor.
    /// </exception>
    public void Predict(ReadOnlySpan<float> rows, int count, Span<float> outputs, PredictionBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        if (buffer.Owner != this)
            throw new ArgumentException("The buffer was made by another predictor; call CreateBuffer of this one.", nameof(buffer));
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        RequireLength(rows.Length, count, Inputs, nameof(rows));
        RequireLength(outputs.Length, count, Outputs, nameof(outputs));
        for (int from = 0; from < count; from += buffer.Input.Capacity)
        {
            int length = Math.Min(buffer.Input.Capacity, count - from);
            PredictTogether(rows.Slice(from * Inputs, length * Inputs), length, outputs.Slice(from * Outputs, length * Outputs), buffer);
        }
    }

    private void PredictTogether(ReadOnlySpan<float> rows, int count, Span<float> outputs, PredictionBuffer buffer)
    {
        buffer.Input.Rows = count;
        for (int row = 0; row < count; row++)
            rows.Slice(row * Inputs, Inputs).CopyTo(buffer.Input.Row(row));

        DenseBlock<float> logits = _network.Forward(buffer.Input, buffer.Workspace, ForwardMode.Inference);
        for (int row = 0; row < count; row++)
        {
            _loss.Activate(logits.PaddedRow(row), logits.PaddedRow(row), Outputs);
            logits.Row(row).CopyTo(outputs[(row * Outputs)..]);
        }
    }

    private static void RequireLength(int length, int count, int width, string name)
    {
        if (length < (long)count * width)
            throw new ArgumentException($"{count} rows of {width} need {(long)count * width} numbers but {name} has {length}.", name);
    }
}
