using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using MLNet.DeepExt.Interop.Onnx;
using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Interop.Scoring;

/// <summary>
/// A prediction transformer bound to an input schema: the input's columns, in their places, then the score columns. By itself
/// it maps row by row, which is what a prediction engine asks for.
/// </summary>
internal sealed class ScoringMapper : IRowToRowMapper
{
    public ScoringMapper(Predictor predictor, DataViewSchema inputSchema, string featureColumnName, IReadOnlyList<ScoreColumn> outputs)
    {
        Predictor = predictor;
        InputSchema = inputSchema;
        FeatureColumn = inputSchema[featureColumnName];
        Outputs = outputs;

        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        foreach (ScoreColumn output in outputs)
            builder.AddColumn(output.Name, output.Type, output.Annotations);
        OutputSchema = builder.ToSchema();
    }

    public Predictor Predictor { get; }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public DataViewSchema.Column FeatureColumn { get; }

    public IReadOnlyList<ScoreColumn> Outputs { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        dependingColumns
            .Select(column => column.Index < InputSchema.Count ? column.Index : FeatureColumn.Index)
            .Distinct()
            .Order()
            .Select(index => InputSchema[index])
            .ToArray();

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        if (input.Schema != InputSchema)
            throw new ArgumentException("The row must have the schema that the mapper was made for.", nameof(input));
        return new ScoredRow(this, input, new ActiveColumns(OutputSchema, activeColumns));
    }

    /// <summary>Getters, by output, over the current row of <paramref name="source"/>; null for outputs that were not requested.</summary>
    public Delegate?[] CreateOutputGetters(ActiveColumns active, IScoreSource source)
    {
        var getters = new Delegate?[Outputs.Count];
        for (int i = 0; i < getters.Length; i++)
        {
            if (active[InputSchema.Count + i])
                getters[i] = Outputs[i].CreateGetter(source);
        }

        return getters;
    }

    /// <summary>Adds the outputs to an ONNX graph; none where the features did not come that far.</summary>
    public void SaveAsOnnx(OnnxContext context)
    {
        if (!context.ContainsColumn(FeatureColumn.Name))
        {
            foreach (ScoreColumn output in Outputs)
                context.RemoveColumn(output.Name, removeVariable: false);
            return;
        }

        var graph = new OnnxGraph(context);
        string features = graph.Read(FeatureColumn);
        string scores = EmitGuard(graph, features, Predictor.Emit(graph, features));
        foreach (ScoreColumn output in Outputs)
            graph.Publish(output.Emit(graph, scores), output.Name, output.Type);
    }

    // The rule of ScoringBlock: one number that is not finite, among the features or the outputs of a row, makes all its outputs NaN.
    // 0 times such a number is NaN, and 0 times any other is 0; the sum over the row is added to each of its outputs.
    private string EmitGuard(OnnxGraph graph, string features, string scores)
    {
        string ofFeatures = graph.Operator("MatMul", [features, Zeros(Predictor.Inputs)]);
        string ofScores = graph.Operator("MatMul", [scores, Zeros(Predictor.Outputs)]);
        return graph.Operator("Add", [scores, graph.Operator("Add", [ofFeatures, ofScores])]);

        string Zeros(int width) => graph.Constant("zeros", new float[width], width, 1);
    }
}
