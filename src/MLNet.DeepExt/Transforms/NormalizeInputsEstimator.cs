using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Transforms;

/// <summary>
/// Learns mean and variance of every slot of its input columns, for <see cref="NormalizeInputsTransformer"/> to bring the
/// inputs to mean 0 and variance 1.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes |
/// | Input column data type | <xref:System.Single> or a known-sized vector of <xref:System.Single> |
/// | Output column data type | The same as the input column |
/// | Exportable to ONNX | Yes: ExportOnnx of the package MLNet.DeepExt.Onnx |
///
/// For each slot, over the m rows of the training data and over nothing else:
///
/// μ = 1/m · Σ x,   σ² = 1/m · Σ (x - μ)²,   y = (x - μ) / σ
///
/// The same μ and σ² are used for whatever is transformed later: validation data, test data, single predictions. One pass over
/// the data, in double precision.
///
/// * A slot whose values do not vary (σ² = 0, or rounding) gives 0.
/// * NaN and infinities are left out when learning, m counts the others; they pass through and are not made finite.
/// * The zeros that a sparse vector leaves out count like any others. The output is dense: leave vectors of many features of
///   which few are not 0, such as text, as they are, or scale them with NormalizeMinMax, which keeps zeros.
///
/// * Slots of categories, which the annotation CategoricalSlotRanges tells, stay as they are: 0 and 1 are on the scale of the rest.
///
/// The annotations SlotNames and CategoricalSlotRanges of the input are kept, IsNormalized is set.
/// ]]></format>
/// </remarks>
public sealed class NormalizeInputsEstimator : IEstimator<NormalizeInputsTransformer>
{
    private readonly IHost _host;
    private readonly InputOutputColumnPair[] _columns;

    internal NormalizeInputsEstimator(IHostEnvironment environment, params InputOutputColumnPair[] columns)
    {
        _host = environment.Register(nameof(NormalizeInputsEstimator));
        if (columns.Length == 0)
            throw _host.Process(new ArgumentException("NormalizeInputs needs at least one pair of columns.", nameof(columns)));
        _columns = [.. columns];
    }

    /// <summary>Learns μ and σ² of every slot in one pass over <paramref name="input"/>.</summary>
    /// <param name="input">The training data.</param>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">There are no rows.</exception>
    public NormalizeInputsTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaShapes.Of(input.Schema));

        DataViewSchema.Column[] sources = [.. _columns.Select(column => input.Schema[column.InputColumnName])];
        var accumulators = Array.ConvertAll(sources, source => new MomentsAccumulator(SlotCount(source.Type)));
        using (DataViewRowCursor cursor = input.GetRowCursor(sources))
        {
            var readers = new Action[sources.Length];
            for (int i = 0; i < readers.Length; i++)
                readers[i] = CreateReader(cursor, sources[i], accumulators[i]);

            long rows = 0;
            for (; cursor.MoveNext(); rows++)
            {
                if (rows % 1024 == 0)
                    _host.ThrowIfCancelled();
                foreach (Action read in readers)
                    read();
            }

            if (rows == 0)
            {
                throw _host.Process(new InvalidOperationException(
                    "NormalizeInputs has no rows to learn from; check the file, or the filter, that the training data comes from."));
            }
        }

        InputMoments[] moments = [.. accumulators.Zip(sources).Select(pair =>
            pair.First.Finish(CategoricalSlots.Mask(pair.Second, SlotCount(pair.Second.Type))))];
        return new NormalizeInputsTransformer(_host, _columns, moments);
    }

    /// <summary>The schema after the fitted transformer.</summary>
    /// <param name="inputSchema">The schema of the data before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or is of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return SchemaShapes.Extend(inputSchema, _columns.Select(column => OutputShape(inputSchema, column)));
    }

    internal static int SlotCount(DataViewType type) => type is VectorDataViewType vector ? vector.Size : 1;

    private SchemaShape.Column OutputShape(SchemaShape inputSchema, InputOutputColumnPair pair)
    {
        if (!SchemaShapes.TryFind(inputSchema, pair.InputColumnName, out SchemaShape.Column input))
            throw _host.MissingColumn(nameof(inputSchema), "input", pair.InputColumnName);
        if (input.Kind == SchemaShape.Column.VectorKind.VariableVector || !input.ItemType.Equals(NumberDataViewType.Single))
        {
            throw _host.WrongColumnType(
                nameof(inputSchema), "input", pair.InputColumnName, NormalizeInputsTransformer.InputTypes, SchemaShapes.TypeName(input));
        }

        var annotations = new List<SchemaShape.Column> { SchemaShapes.Scalar(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance) };
        foreach (string kind in NormalizeInputsTransformer.KeptAnnotations)
        {
            if (SchemaShapes.TryFind(input.Annotations, kind, out SchemaShape.Column kept))
                annotations.Add(kept);
        }

        return SchemaShapes.Renamed(input, pair.OutputColumnName, [.. annotations]);
    }

    private static Action CreateReader(DataViewRowCursor cursor, DataViewSchema.Column column, MomentsAccumulator accumulator)
    {
        if (column.Type is not VectorDataViewType)
        {
            float value = 0;
            ValueGetter<float> getter = cursor.GetGetter<float>(column);
            return () =>
            {
                getter(ref value);
                accumulator.Add(value);
            };
        }

        VBuffer<float> row = default;
        ValueGetter<VBuffer<float>> rowGetter = cursor.GetGetter<VBuffer<float>>(column);
        return () =>
        {
            rowGetter(ref row);
            NormalizeInputsTransformer.CheckLength(row.Length, column);
            accumulator.Add(in row);
        };
    }
}
