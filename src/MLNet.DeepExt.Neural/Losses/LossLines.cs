using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>
/// Some lines of logits with the targets of their rows: the input of <see cref="Loss"/> for costs and gradients. A row has one line, or k consecutive
/// lines if a network with k members makes k predictions for each row.
/// </summary>
/// <remarks>
/// The cost of a row is the mean of the costs of its lines. This type computes the mean: a loss passes the cost of each line to
/// <see cref="SetCost"/> and multiplies ∂L/∂z by <see cref="ScaleOf"/>.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct LossLines<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly DenseBlock<T> _logits;    // (rows · members, outputs)
    private readonly DenseBlock<T>? _gradient; // (rows · members, outputs)
    private readonly Target<T> _target;
    private readonly ReadOnlySpan<T> _weights; // (rows), empty if each is 1
    private readonly double _totalWeight;
    private readonly Span<double> _costs;      // (rows)
    private readonly int _members;

    internal LossLines(
        DenseBlock<T> logits, Target<T> target, Span<double> costs, int from, int to, int members,
        DenseBlock<T>? gradient = null, ReadOnlySpan<T> weights = default, double totalWeight = 0)
    {
        _logits = logits;
        _target = target;
        _costs = costs;
        _gradient = gradient;
        _weights = weights;
        _totalWeight = totalWeight;
        _members = members;
        From = from * members;
        To = to * members;
    }

    /// <summary>The first line.</summary>
    public int From { get; }

    /// <summary>The line after the last.</summary>
    public int To { get; }

    /// <summary>The number of logits of a line, which is the number of outputs of the network.</summary>
    public int Outputs => _logits.Width;

    /// <summary>True if the gradient is requested in addition to the costs.</summary>
    public bool WantsGradient => _gradient is not null;

    /// <summary>True if the target of a row is a class, false if it is numbers.</summary>
    public bool HasClasses => _target.Values is null;

    /// <summary>The logits of a line: (outputs).</summary>
    /// <param name="line">From <see cref="From"/> to <see cref="To"/> - 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<T> LogitsOf(int line) => _logits.Row(line);

    /// <summary>Returns the target class of a line, counted from 0.</summary>
    /// <param name="line">From <see cref="From"/> to <see cref="To"/> - 1.</param>
    /// <exception cref="InvalidOperationException">The target is numbers.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ClassOf(int line) => HasClasses ? _target.Classes[RowOf(line)] : throw HasNumbers();

    /// <summary>Returns the target numbers of a line: (target width). NaN if missing, if the loss allows that.</summary>
    /// <param name="line">From <see cref="From"/> to <see cref="To"/> - 1.</param>
    /// <exception cref="InvalidOperationException">The target is classes.</exception>
    public ReadOnlySpan<T> ValuesOf(int line) => Values.Row(RowOf(line));

    /// <summary>
    /// Returns the destination of the gradient of a line: (outputs), to be filled completely with <see cref="ScaleOf"/> · ∂L/∂z. Empty if it is not
    /// requested.
    /// </summary>
    /// <param name="line">From <see cref="From"/> to <see cref="To"/> - 1.</param>
    public Span<T> GradientOf(int line)
    {
        if (_gradient is null)
            return default;
        _gradient.PaddedRow(line)[Outputs..].Clear();
        return _gradient.Row(line);
    }

    /// <summary>
    /// Returns the factor of ∂L/∂z of a line: w / (Σ w · k), the weight of the line in the cost of the batch; 0 if no gradient is
    /// requested.
    /// </summary>
    /// <param name="line">From <see cref="From"/> to <see cref="To"/> - 1.</param>
    /// <param name="parts">
    /// The divisor of the cost of a line: the number of outputs if the cost is a mean over them. Default 1.
    /// </param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double ScaleOf(int line, int parts = 1)
    {
        if (_gradient is null)
            return 0;
        double weight = _weights.IsEmpty ? 1 : double.CreateTruncating(_weights[RowOf(line)]);
        return weight / (_totalWeight * parts * _members);
    }

    /// <summary>Sets the cost of a line, without its weight. Call it once for each line.</summary>
    /// <param name="line">From <see cref="From"/> to <see cref="To"/> - 1.</param>
    /// <param name="cost">L.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetCost(int line, double cost)
    {
        if (_members == 1)
            _costs[line] = cost;
        else
            _costs[line / _members] += cost;
    }

    /// <summary>The logits of a line: (outputs padded to strips).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<T> PaddedLogitsOf(int line) => _logits.PaddedRow(line);

    /// <summary>The numbers that are the target of a line: (target width padded to strips).</summary>
    internal ReadOnlySpan<T> PaddedValuesOf(int line) => Values.PaddedRow(RowOf(line));

    /// <summary>The gradient of a line: (outputs padded to strips), whose padding must become 0. Call it only if the gradient is requested.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<T> PaddedGradientOf(int line) => _gradient!.PaddedRow(line);

    private DenseBlock<T> Values =>
        _target.Values ?? throw new InvalidOperationException("The target is classes; use ClassOf.");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int RowOf(int line) => _members == 1 ? line : line / _members;

    private static InvalidOperationException HasNumbers() => new("The target is numbers; use ValuesOf.");
}
