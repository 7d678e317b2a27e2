using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Tests.Contracts;

/// <summary>
/// What ML.NET does with transformed data by methods that it keeps to itself: it applies the transforms between two data views to other
/// data, and saves and loads them as transforms of data, the form of its pipelines before there were transformers.
/// </summary>
internal static class DataTransforms
{
    private const string Entry = "model";
    private const BindingFlags Any = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Assembly Core = typeof(IHostEnvironment).Assembly;
    private static readonly Assembly Data = typeof(TransformerChain<>).Assembly;
    private static readonly Type Transform = Data.GetType("Microsoft.ML.Data.IDataTransform", throwOnError: true)!;

    /// <summary>Applies the transforms from <paramref name="source"/> to <paramref name="transformed"/> to other data.</summary>
    public static IDataView Apply(MLContext context, IDataView transformed, IDataView source, IDataView others)
    {
        MethodInfo apply = Data.GetType("Microsoft.ML.Data.ApplyTransformUtils", throwOnError: true)!.GetMethod("ApplyAllTransformsToData", Any)!;
        return (IDataView)Call(apply, [context, transformed, others, source])!;
    }

    /// <summary>Saves each of these transforms as it is, and loads them over other data.</summary>
    public static IDataView SaveAndLoad(MLContext context, IDataView transformed, IDataView source, IDataView others)
    {
        var transforms = new Stack<IDataView>();
        for (IDataView view = transformed; view != source; view = (IDataView)Transform.GetProperty("Source")!.GetValue(view)!)
            transforms.Push(view);
        return transforms.Aggregate(others, (data, transform) => SaveAndLoad(context, (ICanSaveModel)transform, data));
    }

    /// <summary>Saves a transform, or a transformer, and loads it as a transform of data.</summary>
    public static IDataView SaveAndLoad(MLContext context, ICanSaveModel transform, IDataView data)
    {
        using var stream = new MemoryStream();
        Type writerType = Core.GetType("Microsoft.ML.RepositoryWriter", throwOnError: true)!;
        using (var writer = (IDisposable)Call(writerType.GetMethod("CreateNew", Any)!, [stream, context, false])!)
        {
            MethodInfo save = typeof(ModelSaveContext).GetMethods(Any).Single(method => method.Name == "SaveModel");
            Call(save.MakeGenericMethod(typeof(ICanSaveModel)), [writer, transform, Entry]);
            writerType.GetMethod("Commit")!.Invoke(writer, null);
        }

        stream.Position = 0;
        MethodInfo open = Core.GetType("Microsoft.ML.RepositoryReader", throwOnError: true)!.GetMethod("Open", Any)!;
        using var reader = (IDisposable)Call(open, [stream, context, false])!;
        Type signature = Data.GetType("Microsoft.ML.Data.SignatureLoadDataTransform", throwOnError: true)!;
        MethodInfo load = Core.GetType("Microsoft.ML.ModelLoadContext", throwOnError: true)!.GetMethods(Any)
            .Single(method => method.Name == "LoadModel"
                && method.GetParameters() is [_, _, { ParameterType.Name: "RepositoryReader" }, { ParameterType.Name: "String" }, _]);
        object?[] arguments = [context, null, reader, Entry, new object[] { data }];
        Call(load.MakeGenericMethod(Transform, signature), arguments);
        return (IDataView)arguments[1]!;
    }

    private static object? Call(MethodInfo method, object?[] arguments) =>
        method.Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null);
}
