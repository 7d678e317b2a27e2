using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>
/// The pinball loss of one or several quantiles: l(d) = (1 - τ)·d if d ≥ 0, otherwise -τ·d. For each target, the network learns the numbers that
/// the target is below with the probabilities τ. Two of them form a prediction interval.
/// </summary>
/// <remarks>
/// Outputs are targets × quantiles: output j is quantile j modulo n of target j / n, where n is the number of quantiles. As the quantiles of a
/// network may cross, the outputs of a target are sorted, which never increases the loss: V. Chernozhukov, I. Fernández-Val,
/// A. Galichon, "Quantile and probability curves without crossing", 2010. The loss: R. Koenker, G. Bassett, "Regression quantiles", 1978;
/// scikit-learn: <c>mean_pinball_loss</c>, averaged over the quantiles. The slope at d = 0 is 0.
/// </remarks>
public sealed record Quantile : ElementwiseLoss
{
    private readonly double[] _quantiles = [0.05, 0.5, 0.95];

    /// <summary>Creates the loss with its default options (Quantiles 0.05, 0.5 and 0.95).</summary>
    public Quantile()
    {
    }

    // Null if the file omits them.
    [JsonConstructor]
    internal Quantile(IReadOnlyList<double> quantiles = null!) => Quantiles = quantiles ?? Quantiles;

    /// <summary>τ: in (0, 1), ascending. Default 0.05, 0.5 and 0.95: the median and a 90 % interval.</summary>
    public IReadOnlyList<double> Quantiles
    {
        get => Array.AsReadOnly(_quantiles);
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            _quantiles = [.. value];
        }
    }

    internal override int OutputsPerTarget => _quantiles.Length;

    internal override MedianPlace Median => MedianPlace.Among(_quantiles);

    /// <summary>
    /// Returns the median of a target, the single prediction of its quantiles: the output of 0.5 if it is one of them; otherwise a linear
    /// interpolation by τ between the two neighbours of 0.5; if all are on one side of it, the nearest.
    /// </summary>
    /// <param name="outputs">(quantiles): the outputs of a <see cref="Networks.Predictor"/> for one target, ascending.</param>
    /// <exception cref="ArgumentException">The number of outputs differs from the number of quantiles.</exception>
    public float MedianOf(ReadOnlySpan<float> outputs) => outputs.Length == _quantiles.Length
        ? Median.Of(outputs)
        : throw new ArgumentException(
            $"There are {outputs.Length} outputs but {_quantiles.Length} quantiles; give all outputs of one target.", nameof(outputs));

    /// <summary>Writes the computation of <see cref="MedianOf"/> as ONNX operators.</summary>
    /// <param name="graph">The graph to write to.</param>
    /// <param name="outputs">The name of the outputs, (count, quantiles), in the graph.</param>
    /// <returns>The name of the medians, (count, 1).</returns>
    public string EmitMedian(IOperatorGraph graph, string outputs)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(outputs);
        MedianPlace median = Median;
        string lower = Column(median.Lower, "lower");
        return median.Lower == median.Upper
            ? lower
            : graph.Operator("Add", [Part(lower, 1 - median.Share), Part(Column(median.Upper, "upper"), median.Share)]);

        string Column(int output, string name) =>
            graph.Operator("Gather", [outputs, graph.Constant(name, output)], [new OperatorAttribute("axis", 1)]);

        string Part(string column, float share) => graph.Operator("Mul", [column, graph.Constant("share", [share], 1)]);
    }

    /// <summary>True if the other loss has the same quantiles and scaling.</summary>
    /// <param name="other">Another loss.</param>
    public bool Equals(Quantile? other) => base.Equals(other) && _quantiles.AsSpan().SequenceEqual(other._quantiles);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(base.GetHashCode());
        foreach (double quantile in _quantiles)
            hash.Add(quantile);
        return hash.ToHashCode();
    }

    private protected override void ValidateOptions()
    {
        if (_quantiles.Length == 0)
            throw new ArgumentException("Quantiles is empty; give at least one, such as 0.5 for the median.", nameof(Quantiles));
        for (int i = 0; i < _quantiles.Length; i++)
        {
            if (!(_quantiles[i] > 0 && _quantiles[i] < 1))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"Quantiles must be in (0, 1) but one is {_quantiles[i]}; 0.5 is the median."),
                    nameof(Quantiles));
            }

            if (i > 0 && _quantiles[i] <= _quantiles[i - 1])
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"Quantiles must be ascending but {_quantiles[i - 1]} comes before {_quantiles[i]}; sort them, each once."), nameof(Quantiles));
            }
        }
    }

    private protected override void Run<T>(ElementwiseRows<T> rows)
    {
        int length = _quantiles.Length + Vector256<T>.Count;
        Span<T> repeated = length <= 256 ? stackalloc T[length] : new T[length];
        for (int i = 0; i < length; i++)
            repeated[i] = T.CreateTruncating(_quantiles[i % _quantiles.Length]);
        rows.Run(new Pinball<T>(repeated, _quantiles.Length));
    }

    // quantiles: (count + a vector's lanes), from the first on again after the last.
    private readonly ref struct Pinball<T>(ReadOnlySpan<T> quantiles, int count) : IErrorCost<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _quantiles = quantiles;

        public Vector256<T> Of(Vector256<T> d, int column, out Vector256<T> slope)
        {
            Vector256<T> quantile = Vector256.Create(_quantiles[(column % count)..]);
            slope = SlopeBySign.Of(d, -quantile, Vector256<T>.One - quantile);
            return slope * d;
        }
    }
}
