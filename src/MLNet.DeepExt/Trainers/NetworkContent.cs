using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Models;
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

    public static NetworkContent Read(IHost host, BinaryReader reader)
    {
        string featureColumnName = reader.ReadString();
        string labelColumnName = reader.ReadString();
        DataViewSchema trainSchema = SchemaContent.Read(reader, host);
        (Network<float> network, Loss loss) = NetworkFile.Load(reader.BaseStream);
        return new NetworkContent
        {
            FeatureColumnName = featureColumnName,
            LabelColumnName = labelColumnName,
            TrainSchema = trainSchema,
            Model = new NeuralNetworkModelParameters(network, history: null),
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

    private static DataViewSchema SchemaOf(params DataViewSchema.Column[] columns)
    {
        var builder = new DataViewSchema.Builder();
        foreach (DataViewSchema.Column column in columns)
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        return builder.ToSchema();
    }
}
