using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Interop.Scoring;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Persistence;

namespace MLNet.DeepExt.Trainers;

/// <summary>All that a fitted transformer is made of, whatever its kind; and what a model file holds of it.</summary>
internal sealed record NetworkContent
{
    /// <summary>The column of features.</summary>
    public required string FeatureColumnName { get; init; }

    /// <summary>The column of labels in training.</summary>
    public required string LabelColumnName { get; init; }

    /// <summary>The feature and label columns as they were in training: of the label's annotations come the names of classes.</summary>
    public required DataViewSchema TrainSchema { get; init; }

    /// <summary>The network, and how its training went.</summary>
    public required NeuralNetworkModelParameters Model { get; init; }

    /// <summary>The loss that it was trained with, which says what its outputs mean.</summary>
    public required Loss Loss { get; init; }

    /// <summary>The label column as it was in training.</summary>
    public DataViewSchema.Column Label => TrainSchema[LabelColumnName];

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="host">The component.</param>
    /// <param name="reader">The content of an entry.</param>
    /// <param name="task">The task of the transformer.</param>
    /// <exception cref="InvalidDataException">It is damaged, or its parts do not fit one another.</exception>
    public static NetworkContent Read(IHost host, ContentReader reader, TaskFit task)
    {
        string featureColumnName = reader.ReadString();
        string labelColumnName = reader.ReadString();
        DataViewSchema trainSchema = SchemaContent.Read(reader, host);
        (Network<float> network, Loss loss) = NetworkFile.Load(reader.BaseStream, reader.Budget, ScoringBlock.MostRows);
        task.Require(loss, network.Spec.Outputs);
        RequireFeatures(ColumnOf(trainSchema, "feature", featureColumnName), network.Spec.Inputs);
        task.RequireLabel(ColumnOf(trainSchema, "label", labelColumnName), network.Spec.Outputs);
        return new NetworkContent
        {
            FeatureColumnName = featureColumnName,
            LabelColumnName = labelColumnName,
            TrainSchema = trainSchema,
            Model = new NeuralNetworkModelParameters(network, histories: []),
            Loss = loss,
        };
    }

    public void Write(IHost host, BinaryWriter writer)
    {
        writer.Write(FeatureColumnName);
        writer.Write(LabelColumnName);
        SchemaContent.Write(writer, host, SchemaOf(TrainSchema[FeatureColumnName], Label));
        writer.Flush();
        NetworkFile.Save(writer.BaseStream, Model.Network, Loss);
    }

    private static DataViewSchema.Column ColumnOf(DataViewSchema schema, string purpose, string name) =>
        schema.GetColumnOrNull(name) ?? throw new InvalidDataException(
            $"The model file names {purpose} column '{name}' but has only {string.Join(" and ", schema.Select(column => $"'{column.Name}'"))}; "
            + "the file is damaged or changed.");

    private static void RequireFeatures(DataViewSchema.Column features, int inputs)
    {
        if (features.Type is not VectorDataViewType { Size: var size, ItemType: var item }
            || size != inputs || !item.Equals(NumberDataViewType.Single))
        {
            throw new InvalidDataException(
                $"The model file has feature column '{features.Name}' of type {SchemaShapes.TypeName(features.Type)} and a network of "
                + $"{inputs} inputs, which do not fit; the file is damaged or changed.");
        }

        TaskFit.RequireNames(features, AnnotationKinds.SlotNames, inputs);
    }

    private static DataViewSchema SchemaOf(params DataViewSchema.Column[] columns)
    {
        var builder = new DataViewSchema.Builder();
        foreach (DataViewSchema.Column column in columns)
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        return builder.ToSchema();
    }
}
