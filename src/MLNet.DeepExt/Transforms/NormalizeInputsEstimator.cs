using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Statistics;
using MLNet.DeepExt.Transforms.Normalization;

namespace MLNet.DeepExt.Transforms;

/// <summary>
/// Learns of every slot of its input columns what brings it to a scale that networks learn well from, for
/// <see cref="NormalizeInputsTransformer"/> to do so.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics | | | | -- | -- | | Does this estimator need to look at the data to train its parameters? | Yes: one pass | |
/// Input column data type | <xref:System.Single> or a known-sized vector of <xref:System.Single> | | Output column data type | The same as the
/// input column | | Exportable to ONNX | Yes, and its inverse: ExportOnnx of the package MLNet.DeepExt.Onnx |
///
/// | Method | y | within | for | | -- | -- | -- | -- | | MeanVariance | (x - μ) / σ, with μ = 1/m · Σ x and σ² = 1/m · Σ (x - μ)² | | numbers
/// without outliers, pixels; the default | | Robust | x' / √(1 + (x'/3)²), x' = (x - median) / (q₇₅ - q₂₅) | ±3 | tables whose columns have long
/// tails | | QuantileToNormal | Φ⁻¹(rank of x), by up to 1,000 quantiles | ±5.2 | columns skewed over orders of magnitude |
///
/// The m rows of the training data are learned from and nothing else: the same figures are used for whatever is transformed later, be it
/// validation data, test data or single predictions. The classes of the namespace MLNet.DeepExt.Transforms.Normalization say more of each
/// method.
///
/// * Scope says whether each slot of a column has figures of its own, the default, or all slots have the same, as pixels should. * A slot whose
/// values do not vary gives 0, whatever comes later. * NaN and infinities are left out when learning, m counts the others; they are not made
/// finite. A column without any finite number is an error; where some slots of a vector have none, a warning names them. A row with NaN features is
/// one that the trainers of this library predict as missing. * The zeros that a sparse vector leaves out count like any others. The output is
/// dense: leave vectors of many features of which few are not 0, such as text, as they are, or scale them with NormalizeMinMax, which keeps zeros.
/// * Slots of categories, which the annotation CategoricalSlotRanges tells, stay as they are: 0 and 1 are on the scale of the rest. * Quantiles of
/// many rows are estimated in bounded memory, 64 MiB up to 4,096 slots, and by chance: the same Seed, rows and order give the same figures. Up to
/// 8,192 numbers a slot (up to 128 slots; 1,336 with 784) they are exact, and no chance has part in them. * CreateInverse of the fitted transformer
/// makes the way back to the units of the column. * In ONNX, QuantileToNormal takes 8 kB for each number of a batch while it computes: run wide
/// rows in small batches.
///
/// The annotations SlotNames and CategoricalSlotRanges of the input are kept, IsNormalized is set.
/// ]]></format>
/// </remarks>
public sealed class NormalizeInputsEstimator : IEstimator<NormalizeInputsTransformer>
{
    private const int MostNamedSlots = 5;

    private readonly IHost _host;
    private readonly Options _options;
    private readonly NormalizationKind _kind;
    private readonly CounterRandom _random;

    internal NormalizeInputsEstimator(IHostEnvironment environment, Options options)
    {
        _host = environment.Register(nameof(NormalizeInputsEstimator));
        if (options.FindFault() is { } fault)
            throw _host.Process(fault.ToException());
        _options = options.Copy();
        _kind = NormalizationKind.Of(_options.Method);
        _random = new CounterRandom((ulong)(_options.Seed ?? _host.Rand.Next()));
    }

    /// <summary>Learns from every slot in one pass over <paramref name="input"/>.</summary>
    /// <param name="input">The training data.</param>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">There are no rows, or a column has no finite number in any of them.</exception>
    public NormalizeInputsTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaShapes.Of(input.Schema));

        DataViewSchema.Column[] sources = [.. _options.Columns.Select(column => input.Schema[column.InputColumnName])];
        NormalizationLearner[] learners = CreateLearners(sources);
        InputNormalization[] learned;
        using (DataViewRowCursor cursor = input.Open(sources))
        {
            var readers = new Action[sources.Length];
            for (int i = 0; i < readers.Length; i++)
                readers[i] = CreateReader(cursor, sources[i], learners[i]);

            long rows = 0;
            for (; cursor.MoveNext(_host); rows++)
            {
                foreach (Action read in readers)
                    read();
            }

            if (rows == 0)
            {
                throw _host.Process(new InvalidOperationException(
                    "NormalizeInputs has no rows to learn from; check the file, or the filter, that the training data comes from."));
            }

            learned = Array.ConvertAll(learners, learner => learner.Finish());
            for (int i = 0; i < sources.Length; i++)
                CheckFinite(learners[i], sources[i], rows);
        }

        return new NormalizeInputsTransformer(_host, _options.Columns, _options.Method, learned);
    }

    /// <summary>The schema after the fitted transformer.</summary>
    /// <param name="inputSchema">The schema of the data before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or is of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return SchemaShapes.Extend(inputSchema, _options.Columns.Select(column => OutputShape(inputSchema, column)));
    }

    internal static int SlotCount(DataViewType type) => type is VectorDataViewType vector ? vector.Size : 1;

    private SchemaShape.Column OutputShape(SchemaShape inputSchema, InputOutputColumnPair pair)
    {
        SchemaShape.Column input = SchemaShapes.RequireName(_host, inputSchema, "input", pair.InputColumnName);
        if (input.Kind == SchemaShape.Column.VectorKind.VariableVector || !input.ItemType.Equals(NumberDataViewType.Single))
        {
            throw _host.WrongColumnType(
                nameof(inputSchema), "input", NormalizationTransformer.InputTypes, input,
                input.Kind == SchemaShape.Column.VectorKind.Scalar
                    ? SchemaShapes.Scalar("Any", NumberDataViewType.Single)
                    : SchemaShapes.Vector("Any", NumberDataViewType.Single));
        }

        var annotations = new List<SchemaShape.Column> { SchemaShapes.Scalar(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance) };
        foreach (string kind in NormalizationTransformer.KeptAnnotations)
        {
            if (SchemaShapes.TryFind(input.Annotations, kind, out SchemaShape.Column kept))
                annotations.Add(kept);
        }

        return SchemaShapes.Renamed(input, pair.OutputColumnName, [.. annotations]);
    }

    private NormalizationLearner[] CreateLearners(DataViewSchema.Column[] sources)
    {
        int[][] statistics = Array.ConvertAll(sources, source => SlotPlan.Assign(
            CategoricalSlots.Mask(source, SlotCount(source.Type)), together: _options.Scope == NormalizationScope.Column));
        int capacity = QuantileSketch.CapacityFor(statistics.Sum(SlotPlan.CountStatistics));
        return [.. statistics.Select((ofSlots, column) =>
            _kind.CreateLearner(new SlotPlan(ofSlots, capacity, _random.Derive((ulong)column))))];
    }

    private void CheckFinite(NormalizationLearner learner, DataViewSchema.Column column, long rows)
    {
        (int[] empty, int learned) = learner.FindEmptySlots();
        if (empty.Length == 0)
            return;
        string text = $"Column '{column.Name}' has no finite number in ";
        if (empty.Length == learned)
        {
            throw _host.Process(new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"{text}any of {rows} rows; check how it is computed and read, or leave it out of NormalizeInputs.")));
        }

        string[]? names = SlotNames.Of(column);
        string first = string.Join(", ", empty.Take(MostNamedSlots).Select(slot => names is null || names[slot].Length == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{slot}") : string.Create(CultureInfo.InvariantCulture, $"{slot} ('{names[slot]}')")));
        bool isOne = empty.Length == 1;
        _host.Warn("Normalizing", string.Create(
            CultureInfo.InvariantCulture,
            $"{text}{(isOne ? $"slot {first}" : $"{empty.Length} slots ({first}{(empty.Length > MostNamedSlots ? ", …" : "")})")} in any of " +
            $"{rows} rows. NormalizeInputs replaces every number in {(isOne ? "this slot" : "these slots")} by 0. Check how the column is " +
            $"computed, or leave the {(isOne ? "slot" : "slots")} out."));
    }

    private static Action CreateReader(DataViewRowCursor cursor, DataViewSchema.Column column, NormalizationLearner learner)
    {
        if (column.Type is not VectorDataViewType)
        {
            float value = 0;
            ValueGetter<float> getter = cursor.GetGetter<float>(column);
            return () =>
            {
                getter(ref value);
                learner.Add(value);
            };
        }

        VBuffer<float> row = default;
        ValueGetter<VBuffer<float>> rowGetter = cursor.GetGetter<VBuffer<float>>(column);
        return () =>
        {
            rowGetter(ref row);
            NormalizationTransformer.CheckLength(row.Length, column);
            learner.Add(in row);
        };
    }

    /// <summary>What can be set on <see cref="NormalizeInputsEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>
        /// Pairs of output and input columns, which are learned in one pass. Default the one column Features, which is replaced.
        /// </summary>
        public InputOutputColumnPair[] Columns { get; set; } = [new("Features")];

        /// <summary>How the columns are normalized. Default <see cref="NormalizationMethod.MeanVariance"/>.</summary>
        public NormalizationMethod Method { get; set; } = NormalizationMethod.MeanVariance;

        /// <summary>What has figures of its own. Default <see cref="NormalizationScope.Slot"/>.</summary>
        public NormalizationScope Scope { get; set; } = NormalizationScope.Slot;

        /// <summary>
        /// What the quantiles of many rows are estimated by. Null, the default, draws one from the context when the estimator is made.
        /// Means, variances, and quantiles of few rows have nothing random.
        /// </summary>
        public int? Seed { get; set; }

        internal Options Copy()
        {
            var copy = (Options)MemberwiseClone();
            copy.Columns = [.. Columns];
            return copy;
        }

        internal OptionFault? FindFault() =>
            Columns is null or [] ? new(nameof(Columns), "Columns is empty; name at least one column to normalize.")
            : Array.Exists(Columns, pair => pair is null) ? new(nameof(Columns), "Columns has a pair that is null; remove it.")
            : Columns.GroupBy(pair => pair.OutputColumnName).FirstOrDefault(group => group.Count() > 1)?.Key is { } twice
                ? new(nameof(Columns), $"Columns has the output '{twice}' twice; give each output a name of its own.")
            : EnumFault.Find(nameof(Method), Method, "MeanVariance is the default")
                ?? EnumFault.Find(nameof(Scope), Scope, "Slot is the default");
    }
}
