using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Interop.Scoring;
using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Interop;

/// <summary>
/// What the prediction transformers of this library have in common: they read one column of features and add score columns.
/// Rows are scored in blocks; one row gets the same bits by itself, as a prediction engine asks for it. Immutable, and safe to
/// use from several threads.
/// </summary>
/// <typeparam name="TModel">The type of the model parameters.</typeparam>
public abstract class PredictionTransformer<TModel> : ISingleFeaturePredictionTransformer<TModel>, ISingleFeaturePredictionTransformer
    where TModel : class
{
    private readonly VectorDataViewType _featureType;

    private protected PredictionTransformer(IHost host, TModel model, Predictor predictor, string featureColumnName)
    {
        Host = host;
        Model = model;
        FeatureColumnName = featureColumnName;
        Predictor = predictor;
        _featureType = new VectorDataViewType(NumberDataViewType.Single, predictor.Inputs);
    }

    /// <summary>What was learned.</summary>
    public TModel Model { get; }

    /// <summary>The name of the column that holds the features.</summary>
    public string FeatureColumnName { get; }

    /// <summary>
    /// The type that <see cref="FeatureColumnName"/> must have: a vector of <see cref="float"/> of the length trained on.
    /// </summary>
    public DataViewType FeatureColumnType => _featureType;

    bool ITransformer.IsRowToRowMapper => true;

    private protected IHost Host { get; }

    private protected Predictor Predictor { get; }

    private protected abstract ModelFormat Format { get; }

    /// <summary>The schema after this transformer: that of the input and the score columns.</summary>
    /// <param name="inputSchema">The schema of the data to score.</param>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or is of another type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).OutputSchema;

    /// <summary>Adds the score columns. Nothing is read or scored before a cursor moves over the result.</summary>
    /// <param name="input">The data to score.</param>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or is of another type.</exception>
    public IDataView Transform(IDataView input)
    {
        Host.CheckValue(input, nameof(input));
        return new ScoringDataView(Bind(input.Schema), input, this);
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => Bind(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ModelContent.Write(ctx, Format, SaveContent);

    private protected abstract void SaveContent(BinaryWriter writer);

    private protected abstract IReadOnlyList<ScoreColumn> CreateOutputs(DataViewSchema input);

    private ScoringMapper Bind(DataViewSchema inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        if (inputSchema.GetColumnOrNull(FeatureColumnName) is not { } column)
            throw Host.MissingColumn(nameof(inputSchema), "feature", FeatureColumnName, inputSchema);
        if (column.Type is not VectorDataViewType type || type.Size != _featureType.Size || !type.ItemType.Equals(_featureType.ItemType))
        {
            throw Host.WrongColumnType(
                nameof(inputSchema), "feature", column, _featureType.ToString(), SchemaFaults.AsFitted);
        }

        return new ScoringMapper(Predictor, inputSchema, FeatureColumnName, CreateOutputs(inputSchema));
    }
}
