using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Interop.Models;

/// <summary>
/// What ML.NET can load from a model file. It also needs
/// <c>[assembly: LoadableModel&lt;TSelf&gt;]</c>, which is how ML.NET finds it.
/// </summary>
internal interface ILoadableModel<TSelf>
    where TSelf : class, ILoadableModel<TSelf>
{
    static abstract ModelFormat Format { get; }

    /// <summary>Reads what it wrote; <paramref name="content"/> has passed its checksum.</summary>
    static abstract TSelf Load(IHost host, ContentReader content);
}
