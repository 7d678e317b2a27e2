using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>
/// A trained network prepared for prediction: batch norm is folded, and the output function of the loss is applied. Immutable, and
/// safe for any number of threads if each uses a separate buffer.
/// </summary>
/// <remarks>
/// The outputs of a row do not depend on the other rows of the call, to the last bit. For normalized inputs they agree with those of the unfolded
/// network to 1e-5. Inputs far from 0 and close to one another, such as 2000 ± 1, lose precision in both networks. The prediction of a network with
/// members is the mean of the members' predictions.
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
    private readonly bool _givesLogits;

    /// <summary>Copies the learned parameters. Later training of the network does not change the predictor.</summary>
    /// <param name="network">A trained network.</param>
    /// <param name="loss">The loss that it was trained with, which defines the meaning of its outputs.</param>
    /// <param name="givesLogits">
    /// True to return the outputs of the last layer; <see cref="Activate"/> then converts them to the outputs of the loss. Logits
    /// distinguish rows even if their probabilities round to 1. Default false.
    /// </param>
    public Predictor(Network<float> network, Loss loss, bool givesLogits = false)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(loss);
        loss.Validate(network.Spec.Outputs);
        _network = Folding.ForPrediction(network);
        _loss = loss;
        _givesLogits = givesLogits;
    }

    /// <summary>The number of inputs.</summary>
    public int Inputs => _network.Spec.Inputs;

    /// <summary>The number of outputs.</summary>
    public int Outputs => _network.Spec.Outputs;

    /// <summary>Creates the memory of predictions on one thread.</summary>
    /// <remarks>
    /// It holds the activations of the two widest hidden layers and of the last layer, for any number of layers, at most 32 MiB
    /// unless one row needs more.
    /// </remarks>
    /// <param name="maximumRows">
    /// The maximum number of rows that are computed together; more rows are computed in parts. Sparse rows that must be expanded are computed in
    /// parts of about a million numbers, and rows of wide layers in parts with activations of 32 MiB.
    /// </param>
    public PredictionBuffer CreateBuffer(int maximumRows) =>
        new(this, _network.CreatePredictionWorkspace(maximumRows, WorkingMemory.MostActivations));

    /// <summary>Computes the outputs of some rows. Allocates memory only when a buffer is used for the first time.</summary>
    /// <param name="rows">(count, inputs), row-major.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="outputs">Receives (count, outputs), row-major.</param>
    /// <param name="buffer">A buffer created by this predictor and used by one thread at a time.</param>
    /// <exception cref="ArgumentException">
    /// A span is shorter than <paramref name="count"/> rows, or the buffer was created by another predictor.
    /// </exception>
    public void Predict(ReadOnlySpan<float> rows, int count, Span<float> outputs, PredictionBuffer buffer)
    {
        RequireOwn(buffer);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        RequireLength(rows.Length, count, Inputs, nameof(rows));
        RequireLength(outputs.Length, count, Outputs, nameof(outputs));
        for (int from = 0; from < count; from += buffer.Dense.Capacity)
        {
            int length = Math.Min(buffer.Dense.Capacity, count - from);
            buffer.Dense.Rows = length;
            for (int row = 0; row < length; row++)
                rows.Slice((from + row) * Inputs, Inputs).CopyTo(buffer.Dense.Row(row));
            PredictTogether(buffer.Dense, outputs.Slice(from * Outputs, length * Outputs), buffer);
        }
    }

    /// <summary>
    /// Computes the outputs of sparse rows. They equal those of the dense rows. If the network begins
    /// with a Dense, the cost grows with the number of stored values; for any other network the rows are expanded, some at a time. Allocates
    /// memory only when a buffer is used for the first time, and when a part of the rows stores more values than any part before.
    /// </summary>
    /// <remarks>
    /// Equal to the last bit, except that a zero may have the other sign if a product underflows.
    /// </remarks>
    /// <param name="rows">(rows, inputs).</param>
    /// <param name="outputs">Receives (rows, outputs), row-major.</param>
    /// <param name="buffer">A buffer created by this predictor and used by one thread at a time.</param>
    /// <exception cref="ArgumentException">
    /// The rows have another width, the span of outputs is too short, or the buffer was created by another predictor.
    /// </exception>
    public void Predict(SparseBlock<float> rows, Span<float> outputs, PredictionBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(rows);
        RequireOwn(buffer);
        if (rows.Width != Inputs)
        {
            throw new ArgumentException(
                $"The rows have {rows.Width} numbers but the network has {Inputs} inputs; they must be equal.", nameof(rows));
        }

        RequireLength(outputs.Length, rows.Rows, Outputs, nameof(outputs));
        if (rows.Rows == 0)
            return;
        if (_network.Spec.ReadsSparseRows && rows.Rows <= buffer.Workspace.Capacity)
        {
            PredictTogether(rows, outputs, buffer);
            return;
        }

        InputBlock<float> part = _network.Spec.ReadsSparseRows ? buffer.Sparse : buffer.Dense;
        for (int from = 0; from < rows.Rows; from += part.Capacity)
        {
            int length = Math.Min(part.Capacity, rows.Rows - from);
            Copy(rows, from, length, part);
            PredictTogether(part, outputs.Slice(from * Outputs, length * Outputs), buffer);
        }
    }

    /// <summary>Converts the logits of a row to the outputs of the loss, such as probabilities.</summary>
    /// <param name="logits">(outputs).</param>
    /// <param name="outputs">Receives (outputs); may be the memory of the logits.</param>
    /// <exception cref="ArgumentException">A span is shorter than a row.</exception>
    public void Activate(ReadOnlySpan<float> logits, Span<float> outputs)
    {
        RequireLength(logits.Length, 1, Outputs, nameof(logits));
        RequireLength(outputs.Length, 1, Outputs, nameof(outputs));
        int padded = Lanes.Pad(Outputs);
        Span<float> row = padded <= 1024 ? stackalloc float[padded] : new float[padded];
        row[Outputs..].Clear();
        logits[..Outputs].CopyTo(row);
        _loss.Activate<float>(row, row, Outputs);
        row[..Outputs].CopyTo(outputs);
    }

    /// <summary>
    /// Writes the computation of <see cref="Predict(ReadOnlySpan{float}, int, Span{float}, PredictionBuffer)"/> as ONNX operators.
    /// </summary>
    /// <param name="graph">The graph to write to.</param>
    /// <param name="input">The name of the rows, (count, inputs), in the graph.</param>
    /// <returns>The name of the outputs, (count, outputs).</returns>
    public string Emit(IOperatorGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(input);
        string logits = _network.Emit(graph, input);
        int members = _network.Spec.OutputShape.Lines;
        if (members > 1)
        {
            return _givesLogits
                ? _loss.EmitMeanOfMembers(graph, logits, members, Outputs)
                : MemberMean.Emit(graph, EmitActivation(graph, logits), members, Outputs);
        }

        return _givesLogits ? logits : EmitActivation(graph, logits);
    }

    /// <summary>Writes the computation of <see cref="Activate"/> as ONNX operators.</summary>
    /// <param name="graph">The graph to write to.</param>
    /// <param name="logits">The name of the logits, (count, outputs), in the graph.</param>
    /// <returns>The name of the outputs, (count, outputs).</returns>
    public string EmitActivation(IOperatorGraph graph, string logits)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(logits);
        return _loss.Emit(graph, logits, Outputs);
    }

    private static void Copy(SparseBlock<float> rows, int from, int count, InputBlock<float> to)
    {
        if (to is SparseBlock<float> sparse)
        {
            sparse.Clear();
            for (int row = from; row < from + count; row++)
                sparse.AppendChecked(rows.Columns(row), rows.Values(row));
            return;
        }

        var dense = (DenseBlock<float>)to;
        dense.Rows = count;
        for (int row = 0; row < count; row++)
            rows.CopyTo(from + row, dense.Row(row));
    }

    private void PredictTogether(InputBlock<float> rows, Span<float> outputs, PredictionBuffer buffer)
    {
        DenseBlock<float> logits = buffer.MeanOfMembers(_network.Forward(rows, buffer.Workspace, ForwardMode.Inference), _loss);
        for (int row = 0; row < logits.Rows; row++)
        {
            if (!_givesLogits)
                _loss.Activate(logits.PaddedRow(row), logits.PaddedRow(row), Outputs);
            logits.Row(row).CopyTo(outputs[(row * Outputs)..]);
        }
    }

    private void RequireOwn(PredictionBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        if (buffer.Owner != this)
            throw new ArgumentException("The buffer was created by another predictor; call CreateBuffer of this one.", nameof(buffer));
    }

    private static void RequireLength(int length, int count, int width, string name)
    {
        if (length < (long)count * width)
            throw new ArgumentException($"{count} rows of {width} need {(long)count * width} numbers but {name} has {length}.", name);
    }
}
