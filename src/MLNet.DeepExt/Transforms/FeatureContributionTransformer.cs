using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Diagnostics;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Transforms;

[assembly: LoadableModel<FeatureContributionTransformer>]
[assembly: LoadableTransform<FeatureContributionTransformer>]
[assembly: LoadableMapper<FeatureContributionTransformer>]

namespace MLNet.DeepExt.Transforms;

/// <summary>
/// Adds what each feature contributes to what a network predicts, as <see cref="FeatureContributionEstimator"/> describes. Immutable, and
/// safe to use from several threads.
/// </summary>
public sealed class FeatureContributionTransformer : ColumnTransformer, ILoadableModel<FeatureContributionTransformer>
{
    private const int Predicted = -1; // in a file: the largest output
    private const int RowsTogether = 64; // as many as explain a row at once, at most

    private readonly Network<float> _network;
    private readonly Loss _loss;

    internal FeatureContributionTransformer(
        IHost host, InputOutputColumnPair columns, Network<float> network, Loss loss, Attribution method, int? output)
        : base(host, [columns])
    {
        // Checks the method, and keeps the transposed weights that every row will read.
        _ = new Attributor(network, loss, method);
        if (output < 0 || output >= network.Spec.Outputs)
        {
            throw new ArgumentException(
                $"Output {output} is to be explained but the network has {network.Spec.Outputs}; count them from 0, or leave it out to " +
                "explain what is predicted.",
                nameof(output));
        }

        _network = network;
        _loss = loss;
        Method = method;
        Output = output;
    }

    static ModelFormat ILoadableModel<FeatureContributionTransformer>.Format => FileFormat;

    /// <summary>How the output is shared out.</summary>
    public Attribution Method { get; }

    /// <summary>Which output is explained, counted from 0; null for the one that is predicted.</summary>
    public int? Output { get; }

    private protected override ModelFormat Format => FileFormat;

    private static ModelFormat FileFormat { get; } = new("DXCONTRI", "DeepExtContributions", "contributions of features");

    static FeatureContributionTransformer ILoadableModel<FeatureContributionTransformer>.Load(IHost host, ContentReader content)
    {
        var columns = new InputOutputColumnPair(content.ReadString(), content.ReadString());
        Attribution method = Attribution.FromJson(content.ReadString());
        int output = content.ReadInt32();
        (Network<float> network, Loss loss) = NetworkFile.Load(content.BaseStream, content.Budget, RowsTogether);
        if (output < Predicted || output >= network.Spec.Outputs)
            throw new InvalidDataException($"The model file explains output {output} of {network.Spec.Outputs}; the file is damaged or changed.");
        return new FeatureContributionTransformer(host, columns, network, loss, method, output == Predicted ? null : output);
    }

    private protected override void SaveContent(BinaryWriter writer)
    {
        writer.Write(Columns[0].OutputColumnName);
        writer.Write(Columns[0].InputColumnName);
        writer.Write(Method.ToJson());
        writer.Write(Output ?? Predicted);
        writer.Flush();
        NetworkFile.Save(writer.BaseStream, _network, _loss);
    }

    private protected override ColumnMap Bind(int pair, DataViewSchema.Column input)
    {
        var type = new VectorDataViewType(NumberDataViewType.Single, _network.Spec.Inputs);
        if (input.Type is not VectorDataViewType { Size: var size, ItemType: var item } || size != type.Size || !item.Equals(type.ItemType))
            throw Host.WrongColumnType("inputSchema", "feature", input, type.ToString(), SchemaFaults.AsFitted);
        DataViewSchema.Annotations annotations = new AnnotationBuilder().CopyIfAny(input, AnnotationKinds.SlotNames).Build();
        return new ColumnMap(type, annotations, CreateGetter, Emit: null);
    }

    private Delegate CreateGetter(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<float>> getter = row.GetGetter<VBuffer<float>>(column);
        var attributor = new Attributor(_network, _loss, Method);
        var features = new float[_network.Spec.Inputs];
        VBuffer<float> input = default;
        ValueGetter<VBuffer<float>> contributions = (ref VBuffer<float> value) =>
        {
            getter(ref input);
            if (VectorLength.FindFault(column.Name, features.Length, input.Length) is { } fault)
                throw fault;
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, features.Length);
            if (FiniteValues.Only(in input))
            {
                input.CopyTo(features);
                attributor.Attribute(features, Output, editor.Values);
            }
            else
            {
                editor.Values.Fill(float.NaN);
            }

            value = editor.Commit();
        };
        return contributions;
    }
}
