using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>
/// A trained network made ready to predict: batch norm folded away, the loss's output function applied. Immutable, and
/// safe on any number of threads if each uses a buffer of its own.
/// </summary>
/// <remarks>
/// A row's outputs do not depend on the rows predicted with it, to the last bit. For normalized inputs they agree with the
/// unfolded network's to 1e-5; inputs far from 0 and close to one another, such as 2000 ± 1, cost either network digits. Of a network with
/// members a prediction is the mean of theirs.
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

    /// <summary>Takes a copy of what the network has learned; training it further changes nothing here.</summary>
    /// <param name="network">A trained network.</param>
    /// <param name="loss">The loss that it was trained with, which says what its outputs mean.</param>
    /// <param name="givesLogits">
    /// Whether to give the outputs of the last layer as they are; <see cref="Activate"/> then makes of them what the loss means. They
    /// tell rows apart whose probabilities are 1 to the last bit.
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

    /// <summary>Numbers in a row of input.</summary>
    public int Inputs => _network.Spec.Inputs;

    /// <summary>Numbers in a row of output.</summary>
    public int Outputs => _network.Spec.Outputs;

    /// <summary>Makes the memory of predictions on one thread.</summary>
    /// <remarks>
    /// It holds the activations of two hidden layers, the widest ones, and of the last layer, however many layers there are, and 32 MiB of
    /// them at most, unless one row takes more.
    /// </remarks>
    /// <param name="maximumRows">
    /// The most rows that are computed together; more are computed in parts. Wide rows that are written out are computed in
    /// smaller parts, of about a million numbers, and rows of wide layers in parts whose activations take 32 MiB.
    /// </param>
    public PredictionBuffer CreateBuffer(int maximumRows) =>
        new(this, _network.CreatePredictionWorkspace(maximumRows, WorkingMemory.MostActivations));

    /// <summary>Computes the outputs of some rows. Allocates nothing, but for the first time that a buffer is used.</summary>
    /// <param name="rows">(count, inputs), row-major.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="outputs">Receives (count, outputs), row-major.</param>
    /// <param name="buffer">One made by this predictor, used by no other thread.</param>
    /// <exception cref="ArgumentException">
    /// A span is shorter than <paramref name="count"/> rows, or the buffer was made by another predictor.
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
    /// Computes the outputs of rows whose zeros are left out: the same as for the rows written out. With a network that begins
    /// with a Dense the work grows with the numbers stored; for any other the rows are written out, some at a time. Allocates
    /// nothing, but for the first time that a buffer is used, and whenever rows that are computed in parts store more numbers in
    /// one than in any before.
    /// </summary>
    /// <remarks>
    /// The same to the last bit, unless a product is too small for a float and vanishes: then a zero may have the other sign.
    /// </remarks>
    /// <param name="rows">(rows, inputs).</param>
    /// <param name="outputs">Receives (rows, outputs), row-major.</param>
    /// <param name="buffer">One made by this predictor, used by no other thread.</param>
    /// <exception cref="ArgumentException">
    /// The rows have another width, the outputs are shorter than the rows want, or the buffer was made by another predictor.
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

    /// <summary>Makes of the logits of a row what the loss means by them, such as probabilities.</summary>
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
    /// Takes down what <see cref="Predict(ReadOnlySpan{float}, int, Span{float}, PredictionBuffer)"/> computes as a graph of operators.
    /// </summary>
    /// <param name="graph">Where to.</param>
    /// <param name="input">The name that the rows, (count, inputs), have there.</param>
    /// <returns>The name of the outputs, (count, outputs).</returns>
    public string Describe(IOperatorGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(input);
        string logits = _network.Describe(graph, input);
        int members = _network.Spec.OutputShape.Lines;
        if (members > 1)
        {
            return _givesLogits
                ? _loss.DescribeMeanOfMembers(graph, logits, members, Outputs)
                : MemberMean.Describe(graph, DescribeActivation(graph, logits), members, Outputs);
        }

        return _givesLogits ? logits : DescribeActivation(graph, logits);
    }

    /// <summary>Takes down what <see cref="Activate"/> makes of logits.</summary>
    /// <param name="graph">Where to.</param>
    /// <param name="logits">The name that the logits, (count, outputs), have there.</param>
    /// <returns>The name of the outputs, (count, outputs).</returns>
    public string DescribeActivation(IOperatorGraph graph, string logits)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(logits);
        return _loss.Describe(graph, logits, Outputs);
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
            throw new ArgumentException("The buffer was made by another predictor; call CreateBuffer of this one.", nameof(buffer));
    }

    private static void RequireLength(int length, int count, int width, string name)
    {
        if (length < (long)count * width)
            throw new ArgumentException($"{count} rows of {width} need {(long)count * width} numbers but {name} has {length}.", name);
    }
}
