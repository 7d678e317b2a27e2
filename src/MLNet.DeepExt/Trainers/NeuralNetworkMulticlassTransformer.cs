using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Interop.Scoring;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Trainers;

[assembly: LoadableModel<NeuralNetworkMulticlassTransformer>]

namespace MLNet.DeepExt.Trainers;

/// <summary>
/// Adds the columns PredictedLabel and Score, which <see cref="NeuralNetworkMulticlassTrainer"/> describes. Immutable, and safe to
/// use from several threads.
/// </summary>
public sealed class NeuralNetworkMulticlassTransformer
    : PredictionTransformer<NeuralNetworkMulticlassModelParameters>, ILoadableModel<NeuralNetworkMulticlassTransformer>
{
    private const uint MissingKey = 0;

    private static readonly Loss Loss = new SoftmaxCrossEntropy();

    // The feature and label columns as they were in training: of the label's annotations come the names of the classes.
    private readonly DataViewSchema _trainSchema;

    internal NeuralNetworkMulticlassTransformer(
        IHost host,
        NeuralNetworkMulticlassModelParameters model,
        DataViewSchema trainSchema,
        string featureColumnName,
        string labelColumnName)
        : base(host, model, new Predictor(model.Network, Loss), featureColumnName)
    {
        LabelColumnName = labelColumnName;
        _trainSchema = trainSchema;
    }

    static ModelFormat ILoadableModel<NeuralNetworkMulticlassTransformer>.Format => FileFormat;

    /// <summary>The name that the label column had in training. It is not needed to predict.</summary>
    public string LabelColumnName { get; }

    private protected override ModelFormat Format => FileFormat;

    private static ModelFormat FileFormat { get; } = new("DXNNMULT", "DeepExtNetMulticlass", "multiclass neural network");

    private int ClassCount => Model.Spec.Outputs;

    private protected override void SaveContent(BinaryWriter writer)
    {
        writer.Write(FeatureColumnName);
        writer.Write(LabelColumnName);
        SchemaContent.Write(writer, Host, SchemaOf(_trainSchema[FeatureColumnName], _trainSchema[LabelColumnName]));
        writer.Flush();
        NetworkFile.Save(writer.BaseStream, Model.Network, Loss);
    }

    static NeuralNetworkMulticlassTransformer ILoadableModel<NeuralNetworkMulticlassTransformer>.Load(IHost host, BinaryReader content)
    {
        string featureColumnName = content.ReadString();
        string labelColumnName = content.ReadString();
        DataViewSchema trainSchema = SchemaContent.Read(content, host);
        (Network<float> network, Loss _) = NetworkFile.Load(content.BaseStream);
        return new NeuralNetworkMulticlassTransformer(
            host, new NeuralNetworkMulticlassModelParameters(network, history: null), trainSchema, featureColumnName, labelColumnName);
    }

    private protected override IReadOnlyList<ScoreColumn> CreateOutputs(DataViewSchema input)
    {
        var annotations = new ScoreAnnotations(input, ScoreAnnotations.MulticlassClassification);
        AnnotationBuilder predictedLabel = annotations.For(ScoreAnnotations.PredictedLabel);
        AnnotationBuilder score = annotations.For(ScoreAnnotations.Score);

        DataViewSchema.Column label = _trainSchema[LabelColumnName];
        if (label.Annotations.Schema.GetColumnOrNull(AnnotationKinds.KeyValues)?.Type is VectorDataViewType { ItemType: var valueType })
        {
            predictedLabel.Copy(label, AnnotationKinds.KeyValues, AnnotationKinds.KeyValues);
            score.Copy(label, AnnotationKinds.KeyValues, AnnotationKinds.TrainingLabelValues);
            if (valueType is TextDataViewType)
                score.Copy(label, AnnotationKinds.KeyValues, AnnotationKinds.SlotNames);
        }

        return
        [
            new ScoreColumn<uint>(
                ScoreAnnotations.PredictedLabel, new KeyDataViewType(typeof(uint), ClassCount), predictedLabel.Build(), MostProbable),
            new ScoreColumn<VBuffer<float>>(
                ScoreAnnotations.Score, new VectorDataViewType(NumberDataViewType.Single, ClassCount), score.Build(), CopyScores),
        ];
    }

    // Of equal probabilities, the first.
    private static void MostProbable(ReadOnlySpan<float> scores, ref uint key)
    {
        key = MissingKey;
        float best = float.NegativeInfinity;
        for (int i = 0; i < scores.Length; i++)
        {
            if (scores[i] > best)
            {
                best = scores[i];
                key = (uint)i + 1;
            }
        }
    }

    private static void CopyScores(ReadOnlySpan<float> scores, ref VBuffer<float> value)
    {
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, scores.Length);
        scores.CopyTo(editor.Values);
        value = editor.Commit();
    }

    private static DataViewSchema SchemaOf(params DataViewSchema.Column[] columns)
    {
        var builder = new DataViewSchema.Builder();
        foreach (DataViewSchema.Column column in columns)
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        return builder.ToSchema();
    }
}
