using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Interop.Training;

namespace MLNet.DeepExt.Transforms;

/// <summary>
/// Adds noise to a column while a pipeline is fitted, at a chosen ratio of signal to noise, so that what is trained on sounds like what is
/// predicted later: a voice, and the noise of a car.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | At the noise alone |
/// | Input column data type | A vector of <xref:System.Single> |
/// | Output column data type | The same as the input column |
/// | Exportable to ONNX | Yes: nothing happens at prediction |
///
/// A row x becomes, with a noise n of as many values,
///
/// y = x + g·n,   g = √(P(x) / (P(n) · 10^(snr/10))),   P(v) = 1/length · Σ v²,
///
/// so that 10·log₁₀(P(x) / P(g·n)) is snr, in decibels: at 20 the noise has a hundredth of the signal's power, at 0 as much, below 0 more.
///
/// * The noise comes from a second data view, which Fit reads into memory. For each row, one of it is drawn, and where it is longer than x,
///   a stretch of it, each of its places alike; P(n) is that of the stretch. Where it is shorter, it is repeated, from a place that is
///   drawn.
/// * snr is a number, or drawn uniformly, in decibels, between two.
/// * **Copies** 0 replaces each row by its mixed version. n > 0 has each row, as it is, followed by n mixed versions of it, with all
///   other columns (labels, weights) repeated. A trainer that sets some of its rows aside to stop by would then have versions of one row on
///   both sides: give it others, `pipeline.Fit(train, validation)`, which stay clean.
/// * What is drawn is a function of the seed, the number of the row and the number of the copy: every reading, thus every epoch, gives the
///   same rows. For more noise use more copies.
/// * A row of power 0, or with NaN or infinities, stays as it is: it has no ratio. Rows of noise that are silent (all 0), or have NaN or
///   infinities, are left out, and a warning counts them. Where the stretch that is drawn is silent, another is drawn; after a hundred the
///   row stays as it is.
/// * Only in Fit of the pipeline: see <xref:MLNet.DeepExt.Interop.TrainingTimeTransformer>, also for chains within chains. Validation
///   data, and whatever the fitted model transforms, stays clean. A column with slots of categories is refused.
/// * Rows come in the order of the input, whatever a trainer asks for. Trainers of this library shuffle by themselves.
///
/// Noise belongs in front of what computes features of the signal, such as NormalizeInputs, which then learns of mixed rows.
/// ]]></format>
/// </remarks>
public sealed class MixWithNoiseEstimator : IEstimator<TrainingTimeTransformer>
{
    internal const string InputTypes = "Vector<Single>";

    private const double LargestSnrDb = 100; // what single precision still resolves
    private const int MostNoiseMegabytes = 1 << 20; // a terabyte

    private readonly IHost _host;
    private readonly Options _options;
    private readonly InputOutputColumnPair _columns;
    private readonly string _noiseColumnName;
    private readonly int _seed;

    internal MixWithNoiseEstimator(IHostEnvironment environment, Options options)
    {
        _host = environment.Register(nameof(MixWithNoiseEstimator));
        if (options.FindFault() is { } fault)
            throw _host.Process(fault.ToException());
        _options = options.Copy();
        _columns = new InputOutputColumnPair(_options.OutputColumnName, _options.InputColumnName ?? _options.OutputColumnName);
        _noiseColumnName = _options.NoiseColumnName ?? _columns.InputColumnName;
        Require(SchemaShapes.Of(_options.Noise!.Schema), "noise", _noiseColumnName);
        _seed = _options.Seed ?? _host.Rand.Next();
    }

    /// <summary>Reads the noise.</summary>
    /// <param name="input">The training data, of which no row is read.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or is of another type.</exception>
    /// <exception cref="ArgumentException">The input column has slots of categories.</exception>
    /// <exception cref="InvalidOperationException">The noise has no row that can be used, or takes too much memory.</exception>
    public TrainingTimeTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaShapes.Of(input.Schema));
        NoiseMixing.CheckColumn(_host, input.Schema[_columns.InputColumnName]);
        NoiseRows noise = NoiseRows.Read(_host, _options.Noise!, _noiseColumnName, _options.MaximumNoiseMegabytes);
        return new TrainingTimeTransformer(_host, _columns, new NoiseMixing(noise, _options, _seed), _options.Copies);
    }

    /// <summary>The schema after the fitted transformer.</summary>
    /// <param name="inputSchema">The schema of the data before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or is of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShape.Column input = Require(inputSchema, "input", _columns.InputColumnName);
        return SchemaShapes.Extend(inputSchema, [SchemaShapes.Renamed(input, _columns.OutputColumnName, [.. input.Annotations])]);
    }

    private SchemaShape.Column Require(SchemaShape schema, string role, string name)
    {
        SchemaShape.Column column = SchemaShapes.RequireName(_host, schema, role, name);
        if (column.Kind == SchemaShape.Column.VectorKind.Scalar || !column.ItemType.Equals(NumberDataViewType.Single))
            throw _host.WrongColumnType("inputSchema", role, InputTypes, column, SchemaShapes.Vector("Any", NumberDataViewType.Single));
        return column;
    }

    /// <summary>What can be set on <see cref="MixWithNoiseEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The column to make. Default Features.</summary>
        public string OutputColumnName { get; set; } = "Features";

        /// <summary>The column to mix, a vector of <see cref="float"/>. Null, the default, is <see cref="OutputColumnName"/>.</summary>
        public string? InputColumnName { get; set; }

        /// <summary>The noise, a row for each recording of it. It has to be set.</summary>
        public IDataView? Noise { get; set; }

        /// <summary>
        /// The column of <see cref="Noise"/>, a vector of <see cref="float"/>. Null, the default, is the name of the input column.
        /// </summary>
        public string? NoiseColumnName { get; set; }

        /// <summary>
        /// The smallest ratio of signal to noise that is drawn, in decibels, from -100 to 100. Default 0: as much noise as signal.
        /// </summary>
        public double MinimumSnrDb { get; set; }

        /// <summary>
        /// The largest ratio of signal to noise that is drawn, in decibels, from <see cref="MinimumSnrDb"/> to 100; the same to draw none.
        /// Default 20: the noise has a hundredth of the signal's power.
        /// </summary>
        public double MaximumSnrDb { get; set; } = 20;

        /// <summary>The probability that a row, or a copy, is mixed and not left as it is, in (0, 1]. Default 1.</summary>
        public double Probability { get; set; } = 1;

        /// <summary>
        /// How many mixed versions follow each row, at least 0. 0, the default, replaces each row by its mixed version, the first of those
        /// that would follow it.
        /// </summary>
        public int Copies { get; set; }

        /// <summary>The memory in megabytes of 2²⁰ bytes (MiB), at least 1, that the noise may take. Default 256.</summary>
        public int MaximumNoiseMegabytes { get; set; } = 256;

        /// <summary>
        /// The seed of all that is drawn; null, the default, draws one from the seed of the context when the estimator is made, so that a
        /// context with a seed gives the same rows each time.
        /// </summary>
        public int? Seed { get; set; }

        internal Options Copy() => (Options)MemberwiseClone();

        internal OptionFault? FindFault() =>
            string.IsNullOrEmpty(OutputColumnName) ? new(nameof(OutputColumnName), "OutputColumnName is empty; name the column to make.")
            : InputColumnName is "" ? new(
                nameof(InputColumnName), "InputColumnName is empty; use null to mix the column that OutputColumnName names.")
            : Noise is null ? new(nameof(Noise), "Noise is null; give a data view of noise.")
            : NoiseColumnName is "" ? new(nameof(NoiseColumnName), "NoiseColumnName is empty; use null where it is called like the input column.")
            : FaultOfSnr(MinimumSnrDb, nameof(MinimumSnrDb)) ?? FaultOfSnr(MaximumSnrDb, nameof(MaximumSnrDb))
            ?? (MinimumSnrDb > MaximumSnrDb
                ? new(
                    nameof(MinimumSnrDb),
                    Invariant($"MinimumSnrDb must be at most MaximumSnrDb but they are {MinimumSnrDb} and {MaximumSnrDb}; exchange them."))
            : !(Probability > 0 && Probability <= 1)
                ? new(nameof(Probability), Invariant($"Probability must be in (0, 1] but is {Probability}; use 1 to mix every row."))
            : Copies is < 0 or > RowVersions.MostCopies ? new(nameof(Copies), Invariant(
                $"Copies must be from 0 to {RowVersions.MostCopies} but is {Copies}; 0 replaces each row by its mixed version."))
            : MaximumNoiseMegabytes is < 1 or > MostNoiseMegabytes
                ? new(
                    nameof(MaximumNoiseMegabytes),
                    Invariant($"MaximumNoiseMegabytes must be from 1 to {MostNoiseMegabytes} but is {MaximumNoiseMegabytes}; 256 is the default."))
            : null);

        private static OptionFault? FaultOfSnr(double value, string name) => Math.Abs(value) <= LargestSnrDb
            ? null
            : new(name, Invariant($"{name} must be from -100 to 100 but is {value}; at 20 the noise has a hundredth of the signal's power."));

        private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}
