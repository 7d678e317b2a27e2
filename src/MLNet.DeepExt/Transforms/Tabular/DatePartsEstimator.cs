using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Transforms.Tabular;

/// <summary>Makes a <see cref="DatePartsTransformer"/>; there is nothing to learn.</summary>
internal sealed class DatePartsEstimator(IHostEnvironment environment, InputOutputColumnPair pair) : IEstimator<DatePartsTransformer>
{
    private readonly IHost _host = environment.Register(nameof(DatePartsEstimator));

    public DatePartsTransformer Fit(IDataView input)
    {
        GetOutputSchema(SchemaShapes.Of(input.Schema));
        return new DatePartsTransformer(_host, [pair]);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShapes.Require(
            _host, inputSchema, "input", SchemaShapes.Scalar(pair.InputColumnName, DateTimeDataViewType.Instance),
            SchemaShapes.Scalar(pair.InputColumnName, DateTimeOffsetDataViewType.Instance),
            SchemaShapes.Scalar(pair.InputColumnName, TimeSpanDataViewType.Instance));
        return SchemaShapes.Extend(inputSchema, [SchemaShapes.Vector(
            pair.OutputColumnName, NumberDataViewType.Single,
            SchemaShapes.Vector(AnnotationKinds.SlotNames, TextDataViewType.Instance))]);
    }
}
