// jsonnet: what enters is fleet.json (benches/rivals/input.rs); what leaves is a stream of the ServiceEntries of every cluster.
function(fleet)
  local entry(name, namespace, labels, spec) = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { name: name, namespace: namespace, labels: { 'app.kubernetes.io/managed-by': 'cwc' } + labels },
    spec: spec,
  };
  local mutual = { 'security.istio.io/tlsMode': 'istio' };

  // What a service has alike in every cluster is an object that all of them share.
  local services = [
    local own = { [port.name]: port.number for port in service.ports };
    local gateway = { [port.name]: 15443 for port in service.ports };
    local called = service.name + '.global', exported = service.name + '.export.global';
    {
      use: service.use,
      called: [
        entry(called, if way.here then service.namespace else 'istio-system', {}, {
          hosts: [called],
          addresses: [service.vip],
          ports: service.ports,
          location: 'MESH_INTERNAL',
          resolution: way.resolution,
          endpoints: [
            { address: endpoint.address, ports: if endpoint.own then own else gateway, labels: mutual }
            + (if 'locality' in endpoint then { locality: endpoint.locality } else {})
            + (if 'weight' in endpoint then { weight: endpoint.weight } else {})
            for endpoint in way.endpoints
          ],
          exportTo: ['*'],
        })
        for way in service.ways
      ],
      here: [way.here for way in service.ways],
      exported: entry(exported, service.namespace, { 'networking.istio.io/enable-autoallocate-ip': 'false' }, {
        hosts: [exported],
        ports: [port { protocol: 'TLS' } for port in service.ports],
        location: 'MESH_INTERNAL',
        resolution: 'DNS',
        endpoints: [{ address: service.host, ports: own, labels: mutual }],
        exportTo: ['istio-system'],
      }),
    }
    for service in fleet.services
  ];

  std.flattenArrays([
    [service.called[service.use[cluster]] for service in services]
    + [service.exported for service in services if service.here[service.use[cluster]]]
    for cluster in std.range(0, std.length(fleet.clusters) - 1)
  ])
