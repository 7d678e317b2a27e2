using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>
/// The loss function that training minimizes: the weighted mean of a cost per row, J = Σ w·L(z, target) / Σ w, computed from the network's
/// last pre-activations z (logits). It also defines the output function, such as softmax. An immutable value.
/// </summary>
/// <remarks>
/// <para>
/// A training loop calls <see cref="CostAndGradient{T}(DenseBlock{T}, Target{T}, DenseBlock{T}, ReadOnlySpan{T})"/> between the
/// forward and the backward pass; see <see cref="Training.NetworkUpdater"/> for the whole loop. Call <see cref="Validate{T}"/> once before the loop:
/// the methods that run in every step check sizes, but not each target.
/// </para>
/// <para>
/// A network with k members makes k predictions for each row: its logits have k consecutive lines for each row. The cost of a row is
/// the mean of the costs of its k lines, and <see cref="MeanOfMembers{T}(DenseBlock{T}, DenseBlock{T}, int, int)"/> combines them into one
/// prediction.
/// </para>
/// <para>
/// Custom losses derive from this type. <see cref="Compute{T}"/> computes the cost and its gradient, and
/// <see cref="Activate{T}(ReadOnlySpan{T}, Span{T}, int)"/> the output. Register the loss with <c>KindRegistry</c> so that network files can name
/// it. <c>LossConformance</c> checks a loss.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// public sealed record LogCosh : Loss // the mean of log cosh(z - t) over the outputs
/// {
///     public override void Validate(int outputs) { }
///
///     public override string? FaultOfClass(int outputs, int label) =&gt; "LogCosh compares numbers; give numbers as the target";
///
///     public override string? FaultOfWidth(int outputs, int width) =&gt;
///         width == outputs ? null : $"the network has {outputs} outputs; they must be equal";
///
///     public override string? FaultOfValue(double value) =&gt; double.IsFinite(value) ? null : "it must be finite";
///
///     public override double LogitOf(double mean, int target) =&gt; mean;
///
///     protected override void Compute&lt;T&gt;(in LossLines&lt;T&gt; lines)
///     {
///         for (int line = lines.From; line &lt; lines.To; line++)
///         {
///             ReadOnlySpan&lt;T&gt; z = lines.LogitsOf(line), t = lines.ValuesOf(line);
///             Span&lt;T&gt; gradient = lines.GradientOf(line);
///             double cost = 0, scale = lines.ScaleOf(line, parts: z.Length);
///             for (int j = 0; j &lt; z.Length; j++)
///             {
///                 double d = double.CreateTruncating(z[j] - t[j]);
///                 cost += Math.Abs(d) + Math.Log((1 + Math.Exp(-2 * Math.Abs(d))) / 2);
///                 if (lines.WantsGradient)
///                     gradient[j] = T.CreateTruncating(scale * Math.Tanh(d));
///             }
///
///             lines.SetCost(line, cost / z.Length);
///         }
///     }
///
///     protected override void Activate&lt;T&gt;(ReadOnlySpan&lt;T&gt; logits, Span&lt;T&gt; outputs, int width) =&gt; logits.CopyTo(outputs);
/// }
/// </code>
/// </example>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(AbsoluteError), nameof(AbsoluteError))]
[JsonDerivedType(typeof(BinaryCrossEntropy), nameof(BinaryCrossEntropy))]
[JsonDerivedType(typeof(Focal), nameof(Focal))]
[JsonDerivedType(typeof(Huber), nameof(Huber))]
[JsonDerivedType(typeof(Quantile), nameof(Quantile))]
[JsonDerivedType(typeof(SoftmaxCrossEntropy), nameof(SoftmaxCrossEntropy))]
[JsonDerivedType(typeof(SquaredError), nameof(SquaredError))]
public abstract record Loss
{
    /// <summary>The minimum class probability of a constant prediction: a class without training rows may occur in validation rows.</summary>
    private protected const double LeastShare = 1e-4;

    /// <summary>
    /// The loss, without label smoothing, that is minimal if the outputs are the true probabilities (a proper scoring rule). Null if the
    /// outputs are not probabilities, or if this loss is not proper.
    /// </summary>
    internal virtual Loss? ProperLoss => null;

    /// <summary>Validates the options and the number of outputs.</summary>
    /// <param name="outputs">The number of outputs of the network.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the loss does not support this number of outputs.</exception>
    public abstract void Validate(int outputs);

    /// <summary>
    /// Returns why a class cannot be the target of a network with this number of outputs, as the end of a message "The target has class 3 but"; null
    /// if it can.
    /// </summary>
    /// <param name="outputs">The number of outputs of the network.</param>
    /// <param name="label">The class, at least 0. If the loss supports classes, class 0 is valid.</param>
    public abstract string? FaultOfClass(int outputs, int label);

    /// <summary>
    /// Returns why rows of this width cannot be the target, as the end of a message "The target has 3 values per row but"; null if
    /// they can.
    /// </summary>
    /// <param name="outputs">The number of outputs of the network.</param>
    /// <param name="width">The number of target values per row.</param>
    public abstract string? FaultOfWidth(int outputs, int width);

    /// <summary>
    /// Returns why a number (NaN if missing) cannot be a target, as the end of a message "Row 3 of the target has the value 2;"; null
    /// if it can.
    /// </summary>
    /// <param name="value">The number.</param>
    public abstract string? FaultOfValue(double value);

    /// <summary>Validates the options, the number of outputs, and every target.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="outputs">The number of outputs of the network.</param>
    /// <param name="target">The targets.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the target does not fit the number of outputs.</exception>
    public void Validate<T>(int outputs, Target<T> target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(target);
        Validate(outputs);
        foreach (int label in target.Values is null ? target.Classes[..target.Rows] : default)
        {
            if (FaultOfClass(outputs, label) is { } fault)
                throw new ArgumentException(FormattableString.Invariant($"The target has class {label} but {fault}."), nameof(target));
        }

        if (target.Values is { } values)
            RequireUsable(outputs, values);
    }

    /// <summary>Computes the cost of a batch: J = Σ w·L / Σ w.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="logits">(rows, outputs); k lines for each row if the network has k members.</param>
    /// <param name="target">The targets: (rows).</param>
    /// <param name="weights">(rows): at least 0 and finite. 1 for every row if omitted.</param>
    /// <returns>J.</returns>
    /// <exception cref="ArgumentException">The sizes do not fit, or no row has a weight above 0.</exception>
    public double Cost<T>(DenseBlock<T> logits, Target<T> target, ReadOnlySpan<T> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(target);
        double totalWeight = LossSizes.TotalWeight(weights, target.Rows);
        double[] costs = ArrayPool<double>.Shared.Rent(target.Rows);
        Cost(logits, target, costs, 0, target.Rows);
        double sum = LossSizes.WeightedSum(costs.AsSpan(0, target.Rows), weights);
        ArrayPool<double>.Shared.Return(costs);
        return sum / totalWeight;
    }

    /// <summary>Computes the cost of each row in [from, to).</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="logits">(rows, outputs); k lines for each row if the network has k members.</param>
    /// <param name="target">The targets: (rows).</param>
    /// <param name="costs">(rows): receives L of each row in [from, to), without its weight.</param>
    /// <param name="from">The first row.</param>
    /// <param name="to">The row after the last.</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rows [from, to) are not among those of the target.</exception>
    public void Cost<T>(DenseBlock<T> logits, Target<T> target, Span<double> costs, int from, int to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int members = Require(logits, target, costs.Length, from, to);
        ComputeRows(new LossLines<T>(logits, target, costs, from, to, members), costs[from..to], members);
    }

    /// <summary>Computes the cost of a batch, J = Σ w·L / Σ w, and its gradient ∂J/∂z.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="logits">(rows, outputs); k lines for each row if the network has k members.</param>
    /// <param name="target">The targets: (rows).</param>
    /// <param name="gradient">
    /// Of the size of the logits: receives w / (Σ w · k) · ∂L/∂z, and zeros in its padding. Pass
    /// <see cref="Networks.Workspace{T}.OutputGradient"/> for the backward pass. It must not share memory with the logits.
    /// </param>
    /// <param name="weights">(rows): at least 0 and finite. 1 for every row if omitted.</param>
    /// <returns>J.</returns>
    /// <exception cref="ArgumentException">The sizes do not fit, or no row has a weight above 0.</exception>
    public double CostAndGradient<T>(DenseBlock<T> logits, Target<T> target, DenseBlock<T> gradient, ReadOnlySpan<T> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(target);
        double totalWeight = LossSizes.TotalWeight(weights, target.Rows);
        double[] costs = ArrayPool<double>.Shared.Rent(target.Rows);
        CostAndGradient(logits, target, weights, totalWeight, costs, gradient, 0, target.Rows);
        double sum = LossSizes.WeightedSum(costs.AsSpan(0, target.Rows), weights);
        ArrayPool<double>.Shared.Return(costs);
        return sum / totalWeight;
    }

    /// <summary>Computes the cost of each row in [from, to) and its gradient ∂J/∂z. Several threads can call it for different rows of a
    /// batch.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="logits">(rows, outputs); k lines for each row if the network has k members.</param>
    /// <param name="target">The targets: (rows).</param>
    /// <param name="weights">(rows): at least 0 and finite; empty if each is 1.</param>
    /// <param name="totalWeight">Σ w over the batch, above 0.</param>
    /// <param name="costs">(rows): receives L of each row in [from, to), without its weight.</param>
    /// <param name="gradient">
    /// Of the size of the logits: receives w / (Σ w · k) · ∂L/∂z, and zeros in its padding. It must not share memory with the logits.
    /// </param>
    /// <param name="from">The first row.</param>
    /// <param name="to">The row after the last.</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rows [from, to) are not among those of the target.</exception>
    public void CostAndGradient<T>(
        DenseBlock<T> logits, Target<T> target, ReadOnlySpan<T> weights, double totalWeight, Span<double> costs,
        DenseBlock<T> gradient, int from, int to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int members = Require(logits, target, costs.Length, from, to);
        LossSizes.RequireGradient(logits, gradient);
        if (!weights.IsEmpty && weights.Length < to)
        {
            throw new ArgumentException(
                $"There are {weights.Length} weights for {to} rows; give one for each row, or none.", nameof(weights));
        }

        ComputeRows(new LossLines<T>(logits, target, costs, from, to, members, gradient, weights, totalWeight), costs[from..to], members);
    }

    /// <summary>Converts logits to outputs, such as probabilities, or numbers in the target's units.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="logits">(rows, outputs).</param>
    /// <param name="outputs">Of the size of the logits; may be the same block.</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public void Activate<T>(DenseBlock<T> logits, DenseBlock<T> outputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(outputs);
        if (logits.Rows != outputs.Rows || logits.Width != outputs.Width)
        {
            throw new ArgumentException(
                $"The logits are {logits.Rows} rows of {logits.Width} numbers but the outputs {outputs.Rows} of {outputs.Width}; "
                + "they must be equal.",
                nameof(outputs));
        }

        for (int row = 0; row < logits.Rows; row++)
            Activate<T>(logits.PaddedRow(row), outputs.PaddedRow(row), logits.Width);
    }

    /// <summary>
    /// Combines the k lines of logits of each row in [from, to) into one line: the logits whose output is the mean of the outputs of the k lines. For
    /// k = 1 it is the line itself.
    /// </summary>
    /// <remarks>
    /// The mean is taken of outputs such as probabilities, not of logits, so that a member with extreme logits does not dominate the others.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="logits">(rows · k, outputs).</param>
    /// <param name="means">(rows, outputs): another block; receives the logits of each row in [from, to).</param>
    /// <param name="from">The first row.</param>
    /// <param name="to">The row after the last.</param>
    /// <exception cref="ArgumentException">The sizes do not fit, or both are the same block.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rows [from, to) are not among those of the means.</exception>
    public void MeanOfMembers<T>(DenseBlock<T> logits, DenseBlock<T> means, int from, int to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(means);
        int members = LossSizes.MembersOf(logits.Rows, means.Rows, nameof(means));
        if (logits.Width != means.Width || ReferenceEquals(logits, means))
        {
            throw new ArgumentException(
                $"The means must be another block than the logits, of the same width, but have {means.Width} numbers to a row where the logits "
                + $"have {logits.Width}.",
                nameof(means));
        }

        LossSizes.RequireRows(from, to, means.Rows);
        for (int row = from; row < to; row++)
        {
            ReadOnlySpan<T> lines = logits.Data.Slice(row * members * logits.Stride, (members - 1) * logits.Stride + logits.Width);
            Span<T> mean = means.PaddedRow(row);
            mean[means.Width..].Clear();
            if (members == 1)
                lines.CopyTo(mean);
            else
                MeanOfMembers(lines, logits.Stride, members, mean[..means.Width]);
        }
    }

    /// <summary>
    /// Writes the computation of <see cref="Activate{T}(DenseBlock{T}, DenseBlock{T})"/> as ONNX operators. Models with a loss that does
    /// not override it cannot be exported to ONNX.
    /// </summary>
    /// <param name="graph">The graph to write to.</param>
    /// <param name="logits">The name of the logits, (rows, outputs), in the graph.</param>
    /// <param name="width">The number of outputs of the network.</param>
    /// <returns>The name of the outputs, (rows, outputs).</returns>
    /// <exception cref="NotSupportedException">The loss does not override this method.</exception>
    public virtual string Emit(IOperatorGraph graph, string logits, int width) => throw new NotSupportedException(
        $"The loss {GetType().Name} has no ONNX operators, so a model with it cannot be exported; "
        + $"override {nameof(Emit)} in it.");

    /// <summary>
    /// Writes the computation of <see cref="MeanOfMembers{T}(DenseBlock{T}, DenseBlock{T}, int, int)"/> as ONNX operators. The default is the mean
    /// of the logits, which is correct if outputs are linear in the logits.
    /// </summary>
    /// <param name="graph">The graph to write to.</param>
    /// <param name="logits">The name of the logits, (rows · members, outputs), in the graph.</param>
    /// <param name="members">The number of lines for each row, at least 2.</param>
    /// <param name="width">The number of outputs of the network.</param>
    /// <returns>The name of the logits of the rows, (rows, outputs).</returns>
    /// <exception cref="NotSupportedException">The loss has no ONNX operators.</exception>
    public virtual string EmitMeanOfMembers(IOperatorGraph graph, string logits, int members, int width) =>
        MemberMean.Emit(graph, logits, members, width);

    /// <summary>Returns the logit of the constant prediction that equals the mean of the targets.</summary>
    /// <param name="mean">The mean over rows; for a class, the fraction of its rows.</param>
    /// <param name="target">The index of the target or class.</param>
    public abstract double LogitOf(double mean, int target);

    /// <summary>Computes the costs of some lines and, if requested, their gradients. Several threads call it for lines of one batch.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="lines">The inputs and the destinations of the results. Their sizes are already validated.</param>
    protected abstract void Compute<T>(in LossLines<T> lines)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Converts one row of logits to outputs, such as probabilities.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="logits">(outputs padded to a multiple of 16).</param>
    /// <param name="outputs">Of the same length; may be the memory of the logits. Its padding may receive any values.</param>
    /// <param name="width">The number of outputs of the network.</param>
    protected internal abstract void Activate<T>(ReadOnlySpan<T> logits, Span<T> outputs, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>
    /// Combines the lines of logits of one row into the logits whose output is the mean of the outputs of the lines. The default is the mean of the
    /// logits, which is correct if outputs are linear in the logits; override it otherwise.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="lines">(members, stride): the logits of line m begin at m · stride, and have the length of <paramref name="mean"/>.</param>
    /// <param name="stride">The distance between two lines, in elements.</param>
    /// <param name="members">The number of lines, at least 2.</param>
    /// <param name="mean">(outputs): receives the logits of the row.</param>
    protected virtual void MeanOfMembers<T>(ReadOnlySpan<T> lines, int stride, int members, Span<T> mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int j = 0; j < mean.Length; j++)
        {
            double sum = 0;
            for (int member = 0; member < members; member++)
                sum += double.CreateTruncating(lines[member * stride + j]);
            mean[j] = T.CreateTruncating(sum / members);
        }
    }

    /// <summary>
    /// Returns the output that is explained if the caller selects none: the largest output; of several numeric targets, the largest in its units.
    /// </summary>
    /// <param name="logits">(outputs).</param>
    /// <param name="shares">
    /// (outputs), zeros: receives the weight of each output in the prediction. The weights sum to 1: one output, or the two outputs between which the
    /// prediction is interpolated.
    /// </param>
    protected internal virtual int Predicted(ReadOnlySpan<float> logits, Span<float> shares)
    {
        int largest = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[largest])
                largest = i;
        }

        shares[largest] = 1;
        return largest;
    }

    /// <summary>Computes log Σ_m e^x_m without overflow.</summary>
    private protected static double LogOfSum(ReadOnlySpan<double> exponents)
    {
        double maximum = double.NegativeInfinity;
        foreach (double exponent in exponents)
            maximum = Math.Max(maximum, exponent);
        double sum = 0;
        foreach (double exponent in exponents)
            sum += Math.Exp(exponent - maximum);
        return maximum + Math.Log(sum);
    }

    // costs: the costs of the rows of the lines.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ComputeRows<T>(in LossLines<T> lines, Span<double> costs, int members)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (members == 1)
        {
            Compute(lines);
            return;
        }

        costs.Clear();
        Compute(lines);
        foreach (ref double cost in costs)
            cost /= members;
    }

    // The number of members of the network.
    private int Require<T>(DenseBlock<T> logits, Target<T> target, int costs, int from, int to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(target);
        int members = LossSizes.MembersOf(logits.Rows, target.Rows, nameof(target));
        LossSizes.RequireRows(from, to, target.Rows);
        if (costs < to)
            throw new ArgumentException($"There is room for {costs} costs but there are {to} rows; give one for each.", nameof(costs));
        if (target.Values is { } values)
        {
            if (FaultOfWidth(logits.Width, values.Width) is { } fault)
                throw FaultOfTarget(values.Width, fault);
        }
        else if (FaultOfClass(logits.Width, 0) is { } fault)
        {
            throw new ArgumentException($"The target is classes but {fault}.", nameof(target));
        }

        return members;
    }

    private static ArgumentException FaultOfTarget(int width, string fault) =>
        new($"The target has {width} values per row but {fault}.", "target");

    private void RequireUsable<T>(int outputs, DenseBlock<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (FaultOfWidth(outputs, values.Width) is { } fault)
            throw FaultOfTarget(values.Width, fault);
        for (int row = 0; row < values.Rows; row++)
        {
            foreach (T value in values.Row(row))
            {
                if (FaultOfValue(double.CreateTruncating(value)) is { } faultOfValue)
                {
                    throw new ArgumentException(
                        FormattableString.Invariant($"Row {row} of the target has the value {value}; {faultOfValue}."),
                        "target");
                }
            }
        }
    }
}
