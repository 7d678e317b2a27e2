using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Interop.Models;

/// <summary>
/// A transformer that ML.NET can load from a model file. It also needs
/// <c>[assembly: LoadableModel&lt;TSelf&gt;]</c>, which is how ML.NET finds it.
/// </summary>
internal interface ILoadableModel<TSelf>
    where TSelf : class, ITransformer, ILoadableModel<TSelf>
{
    static abstract ModelFormat Format { get; }

    /// <summary>Reads what the transformer wrote; <paramref name="content"/> has passed its checksum.</summary>
    static abstract TSelf Load(IHost host, BinaryReader content);
}
