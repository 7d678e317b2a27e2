using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>
/// What training minimizes: the weighted mean of a cost per row, J = Σ w·L(z, target) / Σ w, computed from the network's
/// last pre-activations z (logits), and the output that belongs to it. An immutable value.
/// </summary>
/// <remarks>
/// <para>
/// A training loop calls <see cref="CostAndGradient{T}(DenseBlock{T}, Target{T}, DenseBlock{T}, ReadOnlySpan{T})"/> between the passes
/// forward and backward; see <see cref="Training.NetworkUpdater"/> for the whole loop. Call <see cref="Validate{T}"/> once before it:
/// the methods that run in every step check sizes, not each target.
/// </para>
/// <para>
/// A network of k members makes k predictions for each row: its logits have k lines for each row, one after the other. The cost of a row is then
/// the mean of the costs of its k lines, and <see cref="MeanOfMembers{T}(DenseBlock{T}, DenseBlock{T}, int, int)"/> makes one prediction of
/// them. For k = 1 nothing changes.
/// </para>
/// <para>
/// Custom losses derive from this type. <see cref="Compute{T}"/> is the cost and its gradient, <see cref="Activate{T}(ReadOnlySpan{T}, Span{T},
/// int)"/> the output. <c>KindRegistry</c> makes files of networks that name the loss possible, and <c>LossConformance</c> checks one.
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
    /// <summary>The least share of a class in a constant prediction: one without training rows may be among the validation rows.</summary>
    private protected const double LeastShare = 1e-4;

    /// <summary>
    /// The loss, without label smoothing, that is least where the outputs are the true probabilities (a proper scoring rule); null where
    /// outputs are no probabilities, or others are better for it.
    /// </summary>
    internal virtual Loss? ProperLoss => null;

    /// <summary>Checks the options, and the number of outputs.</summary>
    /// <param name="outputs">Outputs of the network.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or a network cannot have so many outputs.</exception>
    public abstract void Validate(int outputs);

    /// <summary>
    /// Why rows of a class cannot be compared with so many outputs, to follow "The target has class 3 but"; null if they can.
    /// </summary>
    /// <param name="outputs">Outputs of the network.</param>
    /// <param name="label">The class, at least 0. Where classes can be compared at all, class 0 can.</param>
    public abstract string? FaultOfClass(int outputs, int label);

    /// <summary>
    /// Why rows of so many numbers cannot be compared with so many outputs, to follow "The target has 3 values per row but"; null if
    /// they can.
    /// </summary>
    /// <param name="outputs">Outputs of the network.</param>
    /// <param name="width">Numbers in the target of a row.</param>
    public abstract string? FaultOfWidth(int outputs, int width);

    /// <summary>
    /// Why a number, NaN where it is missing, cannot be the target of an output, to follow "Row 3 of the target has the value 2;"; null
    /// if it can.
    /// </summary>
    /// <param name="value">The number.</param>
    public abstract string? FaultOfValue(double value);

    /// <summary>Checks the options, the number of outputs, and every target.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="outputs">Outputs of the network.</param>
    /// <param name="target">What the outputs should be.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or so many outputs cannot be compared with the target.</exception>
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

    /// <summary>The cost of a batch: J = Σ w·L / Σ w.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="logits">(rows, outputs); k lines for each row where the network has k members.</param>
    /// <param name="target">What the outputs should be: (rows).</param>
    /// <param name="weights">(rows): at least 0 and finite. 1 for every row if left out.</param>
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

    /// <summary>The cost of each row in [from, to).</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="logits">(rows, outputs); k lines for each row where the network has k members.</param>
    /// <param name="target">What the outputs should be: (rows).</param>
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

    /// <summary>The cost of a batch, J = Σ w·L / Σ w, and its gradient ∂J/∂z.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="logits">(rows, outputs); k lines for each row where the network has k members.</param>
    /// <param name="target">What the outputs should be: (rows).</param>
    /// <param name="gradient">
    /// As large as the logits: receives w / (Σ w · k) · ∂L/∂z, and zeros in its padding. That is what goes backward from
    /// <see cref="Networks.Workspace{T}.OutputGradient"/>. It may not be the memory of the logits.
    /// </param>
    /// <param name="weights">(rows): at least 0 and finite. 1 for every row if left out.</param>
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

    /// <summary>The cost of each row in [from, to), and its gradient ∂J/∂z: for threads that have some rows of a batch each.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="logits">(rows, outputs); k lines for each row where the network has k members.</param>
    /// <param name="target">What the outputs should be: (rows).</param>
    /// <param name="weights">(rows): at least 0 and finite; empty if each is 1.</param>
    /// <param name="totalWeight">Σ w over the batch, above 0.</param>
    /// <param name="costs">(rows): receives L of each row in [from, to), without its weight.</param>
    /// <param name="gradient">
    /// As large as the logits: receives w / (Σ w · k) · ∂L/∂z, and zeros in its padding. It may not be the memory of the logits.
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
                $"There are {weights.Length} weights for {to} rows; give one for each, or none.", nameof(weights));
        }

        ComputeRows(new LossLines<T>(logits, target, costs, from, to, members, gradient, weights, totalWeight), costs[from..to], members);
    }

    /// <summary>Turns logits into what a user wants to see, such as probabilities, or numbers in the target's units.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="logits">(rows, outputs).</param>
    /// <param name="outputs">As large as the logits; may be the block of the logits.</param>
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
    /// Of the k lines of logits of each row in [from, to) it makes one line: logits whose output is the mean of the outputs of the k lines. For
    /// k = 1 it is the line itself.
    /// </summary>
    /// <remarks>
    /// The mean is taken of what a user sees: of probabilities, not of logits, so that a member that is certain does not outvote the others.
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
    /// Takes down what <see cref="Activate{T}(DenseBlock{T}, DenseBlock{T})"/> computes, so that models can be written as ONNX. A loss that does
    /// not override it is refused there by name.
    /// </summary>
    /// <param name="graph">Where to.</param>
    /// <param name="logits">The name of the logits, (rows, outputs), there.</param>
    /// <param name="width">Outputs of the network.</param>
    /// <returns>The name of what a user wants to see, (rows, outputs).</returns>
    /// <exception cref="NotSupportedException">The loss does not say what it computes.</exception>
    public virtual string Describe(IOperatorGraph graph, string logits, int width) => throw new NotSupportedException(
        $"The loss {GetType().Name} does not say which operators compute its outputs, so that a model with it cannot be written as ONNX; "
        + $"override {nameof(Describe)} in it.");

    /// <summary>
    /// Takes down what <see cref="MeanOfMembers{T}(DenseBlock{T}, DenseBlock{T}, int, int)"/> computes. This one takes down the mean of the logits,
    /// which is right where that is.
    /// </summary>
    /// <param name="graph">Where to.</param>
    /// <param name="logits">The name of the logits, (rows · members, outputs), there.</param>
    /// <param name="members">Lines for each row, at least 2.</param>
    /// <param name="width">Outputs of the network.</param>
    /// <returns>The name of the logits of the rows, (rows, outputs).</returns>
    /// <exception cref="NotSupportedException">The loss does not say what it computes.</exception>
    public virtual string DescribeMeanOfMembers(IOperatorGraph graph, string logits, int members, int width) =>
        MemberMean.Describe(graph, logits, members, width);

    /// <summary>The logit of an output that gives every row the mean of its targets, whatever the features.</summary>
    /// <param name="mean">The mean over rows: of a class the share of its rows.</param>
    /// <param name="target">Which target, or class, it is the mean of.</param>
    public abstract double LogitOf(double mean, int target);

    /// <summary>The costs of some lines, and their gradients where they are requested. Several threads call it for lines of one batch.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="lines">What is read, and what receives the results. Sizes have been checked.</param>
    protected abstract void Compute<T>(in LossLines<T> lines)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Turns one row of logits into what a user wants to see, such as probabilities.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="logits">(outputs padded to a multiple of 16).</param>
    /// <param name="outputs">As long; may be the memory of the logits. What stands in its padding after it does not matter.</param>
    /// <param name="width">Outputs of the network.</param>
    protected internal abstract void Activate<T>(ReadOnlySpan<T> logits, Span<T> outputs, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>
    /// Of the lines of logits of one row it makes the logits whose output is the mean of the outputs of the lines. This one is the mean of the
    /// logits, which is right where outputs are linear in the logits; override it otherwise.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="lines">(members, stride): the logits of line m begin at m · stride, and are as many as <paramref name="mean"/> is long.</param>
    /// <param name="stride">Elements from one line to the next.</param>
    /// <param name="members">Lines, at least 2.</param>
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
    /// Which output is what is predicted, to be explained where no output is chosen: the largest; of several numbers the largest in its units.
    /// </summary>
    /// <param name="logits">(outputs).</param>
    /// <param name="shares">
    /// (outputs), zeros: receives what each counts for in the prediction, which is 1 in all, for the output alone or for two between which it is
    /// interpolated.
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

    /// <summary>log Σ_m e^x_m of numbers that are taken one after the other, without overflow.</summary>
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

    // costs: those of the rows of the lines.
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

    // The members of the network.
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
