using System.Numerics;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// Applies several transforms in order. Exactly one of them must be an <see cref="Optimizer"/>, whose learning rate is that of the chain. Clipping
/// comes before the optimizer, weight decay after it.
/// </summary>
/// <remarks>Nested chains are flattened. Named after <c>optax.chain</c>.</remarks>
/// <example>
/// <code>
/// Optimizer optimizer = new Chain(new ClipByGlobalNorm(1), new Adam(0.01), new DecayWeights(0.02));
/// </code>
/// </example>
public sealed record Chain : Optimizer
{
    private const int MostLinks = 100;

    private readonly GradientTransform[] _links;

    /// <summary>Creates a chain.</summary>
    /// <param name="links">The transforms in the order in which they are applied.</param>
    public Chain(params IReadOnlyList<GradientTransform> links)
    {
        ArgumentNullException.ThrowIfNull(links);
        _links = [.. links.SelectMany(LinksOf)];
    }

    /// <summary>The transforms in the order in which they are applied; none of them is a chain.</summary>
    public IReadOnlyList<GradientTransform> Links => Array.AsReadOnly(_links);

    /// <summary>
    /// The step size α of the optimizer in the chain; 1 if there is none, which <see cref="Validate"/> rejects. Setting it changes
    /// the step size of the optimizer.
    /// </summary>
    [JsonIgnore]
    public override double LearningRate
    {
        get => _links.OfType<Optimizer>().FirstOrDefault()?.LearningRate ?? 1;
        init => _links = [.. _links.Select(link => link is Optimizer rule ? rule with { LearningRate = value } : link)];
    }

    /// <inheritdoc/>
    public override double UsualLearningRate => _links.OfType<Optimizer>().FirstOrDefault()?.UsualLearningRate ?? 1;

    /// <inheritdoc/>
    public override int StatesPerParameter => _links.Sum(link => link.StatesPerParameter);

    /// <summary>The largest reach of all links.</summary>
    public override TransformReach Reach => _links.Select(link => link.Reach).DefaultIfEmpty().Max();

    /// <summary>The largest work area of all links, which share one.</summary>
    /// <inheritdoc/>
    public override long ScratchLength(Shape shape) => _links.Select(link => link.ScratchLength(shape)).DefaultIfEmpty().Max();

    /// <summary>
    /// Applies all links to one parameter as if it were the only parameter of a network: each link that needs norms gets the norms of its input.
    /// </summary>
    /// <inheritdoc/>
    public override void Apply<T>(Span<T> gradient, ReadOnlySpan<T> parameters, TransformState<T> state, in TransformStep step)
    {
        int first = 0;
        foreach (GradientTransform link in _links)
        {
            TransformStep now = step;
            if (link.Reach == TransformReach.Norms)
            {
                double norm = NormOf<T>(gradient);
                now = step with { Norm = norm, GlobalNorm = norm };
            }

            link.Apply(gradient, parameters, state.Skip(first), now);
            first += link.StatesPerParameter;
        }
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        if (_links.Contains(null!))
            throw new ArgumentException("Links of a Chain must not contain null; remove it.", nameof(Links));
        if (_links.Length > MostLinks)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"A Chain must have at most {MostLinks} links but has {_links.Length}; remove some."), nameof(Links));
        }

        int rules = _links.Count(link => link is Optimizer);
        if (rules != 1)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"A Chain must have one optimizer, such as Adam, but has {rules}; ")
                + (rules == 0 ? "add one." : "keep one of them."),
                nameof(Links));
        }

        foreach (GradientTransform link in _links)
            link.Validate();
        if (_links.AsSpan()[..^1].ToArray().Any(link => link is Lookahead))
        {
            throw new ArgumentException(
                "Lookahead must stand last in a Chain, because it depends on the final update; move it to the end.", nameof(Links));
        }
    }

    /// <summary>The chain as text, such as <c>Chain(ClipByNorm { Limit = 1 }, Adam { LearningRate = 0.01, ... })</c>.</summary>
    public override string ToString() => $"{nameof(Chain)}({string.Join<GradientTransform>(", ", _links)})";

    /// <summary>True if the other chain has the same links.</summary>
    /// <param name="other">Another chain.</param>
    public bool Equals(Chain? other) => other is not null && _links.AsSpan().SequenceEqual(other._links);

    /// <inheritdoc/>
    public override int GetHashCode() => _links.Aggregate(0, HashCode.Combine);

    /// <summary>Returns the links of a chain; for any other transform, the transform itself.</summary>
    internal static IReadOnlyList<GradientTransform> LinksOf(GradientTransform transform) => transform is Chain chain ? chain._links : [transform];

    private static double NormOf<T>(ReadOnlySpan<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        foreach (T value in gradient)
            sum += double.CreateTruncating(value) * double.CreateTruncating(value);
        return Math.Sqrt(sum);
    }
}
